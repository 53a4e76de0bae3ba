"""What a YAML file cannot say: a server on one machine, the set-up of any server, the image, the AWS pieces.

What is deployed stands in ``prefect.yaml`` and nowhere else.
"""
