"""Forecasting and reconstruction of multivariate series with holes. Knows no text."""
