#!/bin/bash
# Ten gigabytes through a pipe (tests/t_stream.sh).
STREAM_MB=${STREAM_MB:-10000} exec bash "${srcdir:-.}/tests/t_stream.sh"
