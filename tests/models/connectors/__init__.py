"""Tables of other tools, as loaders write them, read as inputs."""
