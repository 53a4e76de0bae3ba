"""The units that Prefect sees: tags, cache, limits, artifacts, blocks; each calls one thing of the course."""
