select {{ var('thresold') }} as x
