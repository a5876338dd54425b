-- A later line for the same unit, year and kind replaces an earlier one; a roster that was replaced as a whole counts no more.
with lines as (select * from {{ source('raw', 'roster') }}),

ranked as (
    select *, row_number() over (partition by unit_code, report_year, kind order by sequence desc, line desc) as recency
    from lines
),

final as (select * exclude (recency, is_withdrawn) from ranked where recency = 1 and not is_withdrawn)

select * from final
