{{ make_key('id') }}
