{{ config(materialized='touched', tags=['late'], meta={'lies_by': 'unit_code'}) }}
-- One row for each report and measure: the totals of table three, its groups, received by applicant, tables two and four, and
-- what the loss table makes of a statistics table.
with measures as (select * from {{ ref('dim_measure') }}),

-- A number in another unit than the form's stays in fct_disclosure; here it would be added to what it cannot be added to.
disclosure as (
    select
        d.report_id, d.measure,
        case when d.unit = m.unit or m.unit = 'free' or d.amount is null then d.amount end as amount,
        case when d.unit = m.unit or m.unit = 'free' or d.amount is null then d.amount_state else 'other_unit' end as amount_state,
        d.unit
    from {{ touched(ref('fct_disclosure')) }} as d inner join measures as m on d.code = m.code
),

requests as (select * from {{ touched(ref('fct_requests')) }}),

challenges as (select * from {{ touched(ref('fct_challenges')) }}),

groups as (select * from {{ ref('stg_groups') }}),

losses as (select * from {{ ref('measure_by_form') }}),

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
            when bool_or(r.requests_state = 'corrected') then 'corrected'
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

-- The older tables know lawsuits only in all.
lawsuits as (
    select
        report_id, 'lawsuit_total' as measure,
        case when count(cases) = count(*) then sum(cases) end::decimal(18, 6) as amount,
        case when count(cases) < count(*) then min(cases_state) filter (where cases is null)
            when bool_or(cases_state = 'corrected') then 'corrected'
            when bool_or(cases_state = 'derived') then 'derived' else 'reported' end as amount_state,
        min(unit) as unit
    from challenges
    where challenge in ('lawsuit_direct', 'lawsuit_after_review') and result = 'total'
    group by report_id
),

-- A number that is different is never taken for the measure; a missing part makes the measure missing, never smaller.
statistics as (
    select
        r.report_id, b.measure,
        case when count(s.amount) = count(*) then sum(s.amount) end::decimal(18, 6) as amount,
        case when min(b.relation) in ('different', 'not_asked') then 'not_asked'
            when count(s.amount) < count(*) then coalesce(min(s.amount_state) filter (where s.amount is null), 'absent')
            when bool_or(s.amount_state = 'corrected') then 'corrected'
            when bool_or(s.amount_state = 'derived') then 'derived' else 'reported' end as amount_state,
        min(s.unit) as unit
    from {{ touched(ref('fct_reports')) }} as r
    inner join losses as b on r.form_statistics = b.form
    left join {{ touched(ref('fct_statistics')) }} as s
        on r.report_id = s.report_id and b.source_code = s.code and b.relation in ('same', 'narrower', 'wider')
    group by r.report_id, b.measure
),

of_tables as (
    select * from disclosure
    union all select * from totals where measure not in (select group_code from groups) or amount_state <> 'not_asked'
    union all select * from grouped
    union all select * from applicants
    union all select * from outcomes
    union all select * from lawsuits
),

-- A report has the three tables or a statistics table; what neither asks stands once.
either as (
    select t.*, 1 as turn from of_tables as t semi join statistics as s on t.report_id = s.report_id
    union all select *, 2 from statistics
),

answered as (
    select t.report_id, t.measure, t.amount::decimal(18, 6) as amount, t.amount_state, t.unit
    from of_tables as t anti join statistics as s on t.report_id = s.report_id
    union all
    select report_id, measure, amount::decimal(18, 6), amount_state, unit
    from either
    qualify row_number() over (partition by report_id, measure order by amount_state = 'not_asked', turn) = 1
),

final as (
    select a.report_id, r.unit_code, a.measure, a.amount, a.amount_state, a.unit
    from answered as a left join {{ touched(ref('fct_reports')) }} as r on a.report_id = r.report_id
)

-- Who touches a county finds its rows beside each other, and passes over the rest.
select * from final order by unit_code, report_id
