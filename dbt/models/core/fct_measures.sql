-- One row for each report and measure: the totals of table three, its groups, received by applicant, tables two and four.
with measures as (select * from {{ ref('dim_measure') }}),

-- A number in another unit than the form's stays in fct_disclosure; here it would be added to what it cannot be added to.
disclosure as (
    select
        d.report_id, d.measure,
        case when d.unit = m.unit or m.unit = 'free' or d.amount is null then d.amount end as amount,
        case when d.unit = m.unit or m.unit = 'free' or d.amount is null then d.amount_state else 'other_unit' end as amount_state,
        d.unit
    from {{ ref('fct_disclosure') }} as d inner join measures as m on d.code = m.code
),

requests as (select * from {{ ref('fct_requests') }}),

challenges as (select * from {{ ref('fct_challenges') }}),

groups as (select * from {{ ref('stg_groups') }}),

totals as (
    select report_id, outcome as measure, requests as amount, requests_state as amount_state, unit
    from requests where applicant = 'total'
),

-- A group is known only when all its parts are: a missing part makes the group missing, never smaller.
grouped as (
    select
        r.report_id, g.group_code as measure,
        case when count(r.requests) = count(*) then sum(r.requests) end::decimal(18, 6) as amount,
        case when count(r.requests) < count(*) then min(r.requests_state) filter (where r.requests is null)
            when bool_or(r.requests_state = 'derived') then 'derived' else 'reported' end as amount_state,
        min(r.unit) as unit
    from requests as r
    inner join groups as g on r.outcome = g.row_code and r.form = g.form
    where r.applicant = 'total'
    group by r.report_id, g.group_code
),

applicants as (
    select report_id, concat('received_', applicant) as measure, requests as amount, requests_state as amount_state, unit
    from requests where outcome = 'received' and applicant <> 'total'
),

outcomes as (
    select report_id, concat(challenge, '_', result) as measure, cases as amount, cases_state as amount_state, unit
    from challenges
),

everything as (
    select * from disclosure
    union all select * from totals where measure not in (select group_code from groups) or amount_state <> 'not_asked'
    union all select * from grouped
    union all select * from applicants
    union all select * from outcomes
),

final as (select report_id, measure, amount::decimal(18, 6) as amount, amount_state, unit from everything)

select * from final
