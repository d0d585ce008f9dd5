select '{{ modules.datetime.date.today() }}' as today
