"""What decides each check: functions of the evidence that return a finding, or None where it does not apply."""
