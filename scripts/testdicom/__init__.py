"""DICOM files for tests and measurements, made from nothing: the parts of scripts/make-test-dicom."""
