{{ config(materialized='view', meta={'shows': 'fct_reports', 'touched': 'unit_code'}, post_hook='{{ shown_made() }}') }}
-- The day the report of a unit and year was first published: one that was corrected in May had been published in January.
with reports as (select * from {{ ref('fct_reports') }} where unit_code is not null and report_year is not null),

-- A day before the report year was over is not that day.
final as (
    select
        unit_code, report_year, min(published_on) filter (where published_on >= make_date(report_year, 12, 31)) as first_published_on,
        -- An accepted answer came after the report that it replaced: that it has no day leaves nothing open.
        min(published_on) filter (where published_on >= make_date(report_year, 12, 31)) is null
        or bool_or((published_on is null or published_on < make_date(report_year, 12, 31)) and accepted_answer is null) as has_undated
    from reports
    group by unit_code, report_year
)

select * from final
