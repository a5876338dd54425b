"""The portal: what is published, as pages for people who have a browser and nothing else."""
