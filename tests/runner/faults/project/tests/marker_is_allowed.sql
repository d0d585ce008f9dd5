-- Fails when the build is told to fail.
select marker from {{ ref('totals') }} where {{ 'true' if var('is_failing') else 'false' }}
