"""What Inglenook knows and does: no HTML, no HTTP, no queue."""
