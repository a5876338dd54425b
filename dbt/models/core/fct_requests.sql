-- Every code of every form for every report: what the form does not ask is not_asked, what should be there and is not is absent.
with reports as (select * from {{ ref('fct_reports') }}),

measures as (select * from {{ ref('dim_measure') }} where table_name = 'requests'),

cells as ({{ corrected_cells('requests') }}),

final as (
    select
        r.report_id, m.code, m.row_code as outcome, m.column_code as applicant,
        c.value as requests,
        case
            when c.state is not null then c.state
            when list_contains(string_split(m.forms, ','), r.form_requests) then 'absent'
            when r.form_requests is null and r.form_statistics is null then 'absent'
            else 'not_asked'
        end as requests_state,
        coalesce(c.unit, m.unit) as unit, r.form_requests as form, c.printed, c.raw, c.place, c.match,
        c.original_value::decimal(18, 6) as original_value, c.original_state, c.correction_id
    from reports as r
    cross join measures as m
    left join cells as c on r.read_id = c.read_id and m.code = c.code
)

select * from final
