"""Captured texts -> a proposed brief: read by language rules, offline, and never imported by a build."""
