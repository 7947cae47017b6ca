"""The packages of npm that read the feed and its exports; installed together, once."""

__all__ = ["OVERRIDES", "PACKAGES"]

PACKAGES = {
    "@asyncapi/parser": "3.6.6",
    "@mapbox/geojsonhint": "3.3.0",
    "@tak-ps/node-cot": "14.23.2",
    "ajv": "8.20.0",
    "cesium": "1.145.0",
    "cloudevents": "10.0.0",
    "mqtt": "5.16.0",
}
OVERRIDES = {"@gerhobbelt/nomnom": "npm:nomnom@1.8.1"}
"""what geojsonhint's command line asks for is in no index; its library does not use it"""
