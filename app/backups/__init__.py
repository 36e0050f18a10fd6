"""Backups: the replica, snapshots, and every way back."""
