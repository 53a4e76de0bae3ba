"""The subcommands of `coursewright`, one file each. None imports Prefect before it runs a flow."""
