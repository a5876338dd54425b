{{ config(materialized='touched', tags=['late']) }}
-- Whether a current report is whole, and what it lacks: the one definition that load, status, letters, alerts, progress and the checks ask.
with reports as (select * from {{ touched(ref('fct_reports')) }} where is_current),

codes as (select value as code from {{ ref('stg_signal_values') }} where rule = 'incomplete' and name = 'unread'),

tables as (
    select
        report_id, count(*) filter (where is_absent) as tables_absent,
        string_agg(table_name, ', ' order by array_position(['disclosure', 'requests', 'challenges', 'statistics'], table_name))
            filter (where is_absent) as absent_tables,
        string_agg(table_name, ', ' order by array_position(['disclosure', 'requests', 'challenges', 'statistics'], table_name))
            filter (where not is_absent and numbers = 0) as empty_tables,
        sum(cells) as cells, sum(numbers) as numbers, sum(blank) as blank, sum(dash) as dash, sum(unreadable) as unreadable,
        sum(absent) as absent, sum(sums_not_assessable) as sums_not_assessable, bool_and(is_complete) as is_complete
    from {{ touched(ref('table_completeness')) }}
    group by report_id
),

cells as (
    select r.read_id, c.place from reports as r inner join {{ touched(ref('fct_cells')) }} as c on r.report_id = c.report_id
    where c.place is not null and r.read_id in (select i.read_id from {{ ref('stg_issues') }} as i inner join codes as k on i.code = k.code)
),

-- One line of the source is one, however often its file was handed in. A line without a digit holds no number that could be lost, and one
-- that gave its numbers to another table is not unread.
lines as (
    select distinct i.read_id, i.place, i.found, i.message_zh, i.message_en
    from {{ ref('stg_issues') }} as i
    inner join codes as c on i.code = c.code
    where regexp_matches(i.found, '[0-9０-９]')
        and not exists (
            select 1 from cells as s
            where i.read_id = s.read_id and i.place <> '' and (s.place = i.place or starts_with(s.place, concat(i.place, ' ')))
        )
),

unread as (
    select
        read_id, count(*) as rows_unread, string_agg(message_zh, ' ' order by turn) filter (where turn <= 3) as unread_zh,
        string_agg(message_en, ' ' order by turn) filter (where turn <= 3) as unread_en
    from (select *, row_number() over (partition by read_id order by place, found) as turn from lines) as numbered
    group by read_id
),

final as (
    select
        r.report_id, r.unit_code, r.unit_name, r.report_year, r.file, t.tables_absent::integer as tables_absent, t.absent_tables, t.empty_tables,
        t.cells::integer as cells, t.numbers::integer as numbers, t.blank::integer as blank, t.dash::integer as dash,
        t.unreadable::integer as unreadable, t.absent::integer as absent, coalesce(u.rows_unread, 0)::integer as rows_unread,
        u.unread_zh, u.unread_en, t.sums_not_assessable::integer as sums_not_assessable,
        t.is_complete and u.read_id is null as is_complete
    from reports as r
    inner join tables as t on r.report_id = t.report_id
    left join unread as u on r.read_id = u.read_id
)

-- Who asks for one unit reads a few pages of the file and passes over the rest.
select * from final order by unit_code, report_year
