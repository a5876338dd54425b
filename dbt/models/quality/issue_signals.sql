{{ config(materialized='view', schema='staging') }}
-- What was noticed when a current report was read, where a rule rests on it: another unit or year named than the report is of.
with reports as (select * from {{ touched(ref('fct_reports')) }} where is_current),

rules as (select rule, value as code from {{ ref('stg_signal_values') }} where name = 'issues'),

-- The unit or the year must be certain: a report that is nobody's contradicts nothing.
judged as (
    select r.report_id, s.rule, s.code
    from reports as r
    cross join rules as s
    where case s.rule when 'wrong_year_named' then r.report_year is not null else r.unit_code is not null end
),

-- What a person assigned is in doubt no more.
noticed as (
    select
        r.report_id, s.rule, n.code, string_agg(distinct n.found, '; ' order by n.found) as found, min(n.expected) as expected
    from reports as r
    inner join {{ touched(ref('corrected_inputs'), 'document_id') }} as i on r.file = i.file and r.document_id = i.document_id and i.correction_id is null
    inner join {{ ref('stg_issues') }} as n on i.input_id = n.input_id
    inner join rules as s on n.code = s.code
    group by r.report_id, s.rule, n.code
),

final as (
    select
        j.report_id, j.rule, j.code as instance, case when n.code is null then 'pass' else 'fail' end as result,
        null::varchar as code, null::decimal(18, 6) as left_sum, null::decimal(18, 6) as right_sum, n.found, n.expected
    from judged as j left join noticed as n on j.report_id = n.report_id and j.rule = n.rule and j.code = n.code
)

select * from final
