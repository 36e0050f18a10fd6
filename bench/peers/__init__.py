"""Gateways of others under our load, in the same run."""
