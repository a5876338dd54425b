{{ config(materialized='touched', tags=['late', 'corrections']) }}
-- Corrections of cells against each report they mean, version by version: does the source still say what they expect of it?
with reports as (select * from {{ touched(ref('fct_reports')) }}),

corrections as (select * from {{ ref('stg_corrections') }} where action in ('set', 'unreadable')),

cells as (select * from {{ ref('stg_cells') }}),

asked as (select * from {{ ref('stg_form_cells') }}),

matched as (
    select c, r
    from reports as r inner join corrections as c on r.unit_code = c.unit_code and r.report_year = c.report_year
    where c.document_id is null
    union all
    select c, r
    from reports as r
    inner join corrections as c on r.report_id = substr(c.document_id, 1, 16) and starts_with(r.document_id, c.document_id)
    where coalesce(c.unit_code = r.unit_code, c.unit_code is null) and coalesce(c.report_year = r.report_year, c.report_year is null)
),

found as (
    select
        c.correction_id, c.ordinal, c.action, c.amount, c.expected_amount, c.expect, c.code, r.report_id, r.read_id, r.is_current,
        split_part(c.code, '.', 1) as table_name,
        case split_part(c.code, '.', 1) when 'disclosure' then r.form_disclosure when 'requests' then r.form_requests
            when 'challenges' then r.form_challenges when 'statistics' then r.form_statistics end as form
    from matched
),

compared as (
    select
        m.*, coalesce(s.row_code, f.row_code) as row_code, coalesce(s.column_code, f.column_code) as column_code,
        coalesce(s.unit, f.unit) as unit, s.value as original_value, coalesce(s.state, 'absent') as original_state,
        case
            when s.code is null and f.code is null then 'no_such_cell'
            when m.action = 'set' and s.value = m.amount then 'fixed_upstream'
            when m.action = 'unreadable' and s.state = 'unreadable' then 'fixed_upstream'
            when m.expected_amount is not null and s.value = m.expected_amount then 'holds'
            when m.expected_amount is null and coalesce(s.state, 'absent') = m.expect then 'holds'
            else 'stale'
        end as fits
    from found as m
    left join cells as s on m.read_id = s.read_id and m.code = s.code
    left join asked as f on m.form = f.form and m.code = f.code
),

ranked as (
    select
        *,
        min(coalesce(amount::varchar, action)) over (partition by report_id, code, fits)
        = max(coalesce(amount::varchar, action)) over (partition by report_id, code, fits) as agrees,
        row_number() over (partition by report_id, code, fits order by ordinal) as turn
    from compared
),

-- Two corrections that say different things of one cell cancel each other.
final as (
    select
        correction_id, report_id, read_id, is_current, code, table_name, row_code, column_code, form, unit,
        original_value, original_state, amount::decimal(18, 6) as value,
        case action when 'set' then 'corrected' else 'unreadable' end as state,
        case when fits <> 'holds' then fits when not agrees then 'conflict' when turn > 1 then 'duplicate' else 'applied' end as outcome
    from ranked
)

select * from final
