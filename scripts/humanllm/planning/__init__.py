"""What a run will take, before the first GPU minute: worked out from a measured sample (scripts/plan_run.py)."""
