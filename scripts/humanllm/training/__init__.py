"""Full fine-tuning: packed sequences, DeepSpeed, and training state that outlives a killed job."""
