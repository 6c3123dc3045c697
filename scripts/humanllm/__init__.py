"""The library behind the rules: it knows records and models, never paths of a run or Snakemake."""
