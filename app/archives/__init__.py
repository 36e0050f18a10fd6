"""Archives: everything that people made, in one file that goes out and comes in again."""
