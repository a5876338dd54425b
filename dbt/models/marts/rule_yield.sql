{{ config(materialized='view', tags=['published']) }}
-- What each rule is good for: how often it could be judged, how often it failed, and what people made of that.
with results as (
    select report_id, unit_code, report_year, is_current, form, rule, rule_id, severity, result from {{ ref('rule_results') }}
    union all
    select report_id, unit_code, report_year, is_current, form, rule, rule_id, severity, result from {{ ref('relation_results') }}
    union all
    select report_id, unit_code, report_year, is_current, form, rule, rule_id, severity, result from {{ ref('signal_results') }}
    union all
    -- A cause is judged wherever the sum it explains is, and needs a total on the left.
    select report_id, unit_code, report_year, is_current, form, cause, rule_id, severity, result
    from {{ ref('rule_results') }} where cause is not null
),

-- A failure that was decided and is gone since was found all the same: whoever corrects a report does not take the rule's credit.
decisions as (select * from {{ ref('decisions') }} where state in ('holds', 'resolved')),

counted as (
    select
        r.rule, any_value(r.severity) as severity, r.form, r.report_year,
        count(*) filter (where r.result <> 'not_assessable' or d.state = 'resolved') as assessed,
        count(*) filter (where r.result = 'fail' or d.state = 'resolved') as hits,
        count(*) filter (where (r.result = 'fail' or d.state = 'resolved') and d.action = 'confirm') as confirmed,
        count(*) filter (where (r.result = 'fail' or d.state = 'resolved') and d.action = 'explain') as explained,
        count(*) filter (where (r.result = 'fail' or d.state = 'resolved') and d.action = 'waive') as waived
    from results as r
    left join decisions as d on r.unit_code = d.unit_code and r.report_year = d.report_year and r.rule_id = d.rule_id
    where r.is_current
    group by r.rule, r.form, r.report_year
),

final as (
    select
        rule, severity, form, report_year, assessed::integer as assessed, hits::integer as hits, confirmed::integer as confirmed,
        explained::integer as explained, waived::integer as waived, (hits - confirmed - explained - waived)::integer as open,
        confirmed / nullif(confirmed + explained + waived, 0)::double as precision
    from counted
    where assessed > 0
)

select * from final
