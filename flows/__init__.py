"""What runs, in which order, with which parameters: one file a flow, named by its verb."""
