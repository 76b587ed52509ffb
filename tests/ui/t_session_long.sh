#!/bin/bash
# Sessions as often as the promises say: 100 terminals killed, 1000 attachments, 50 sessions killed twice over.
exec tests/ui/t_session long
