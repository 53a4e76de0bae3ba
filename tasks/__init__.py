"""The units that Prefect sees: tags, cache, limits, artifacts, blocks. Each calls one thing in `coursewright`."""
