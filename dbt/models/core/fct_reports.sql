{{ config(materialized='touched', tags=['late'], meta={'shown_by': ['first_published']}) }}
with handed_in as (
    select
        *,
        case when unit_code is null or report_year is null then document_id else concat(unit_code, '/', report_year) end as owner
    from {{ touched(ref('corrected_inputs'), 'document_id') }}
),

inputs as (select * from handed_in where state = 'read'),

documents as (select * from {{ ref('stg_documents') }}),

copies as (select * from {{ ref('document_copies') }}),

-- A page that goes back to what it said before is handed in anew, in the same bytes or under a copy of the report.
landings as (
    select c.spoken_by, i.file, max(i.placed_at) as landed_at
    from copies as c inner join inputs as i on c.document_id = i.document_id
    group by c.spoken_by, i.file
),

-- Same bytes at several paths are one report; the first path with a unit and a year speaks for it.
speaking as (
    select *, row_number() over (partition by document_id order by unit_code is null, report_year is null, file) as turn
    from inputs
),

reports as (
    select
        substr(i.document_id, 1, 16) as report_id, i.document_id, i.read_id, i.file, i.unit_code, i.unit_name, i.report_year,
        i.published_on, i.url, l.landed_at, d.title, d.reader, d.form_disclosure, d.form_requests, d.form_challenges,
        d.form_statistics, d.content_id, d.numbers_id, d.pages, i.owner
    from speaking as i
    inner join documents as d on i.read_id = d.read_id
    inner join copies as c on i.document_id = c.document_id and c.document_id = c.spoken_by
    inner join landings as l on i.document_id = l.spoken_by and i.file = l.file
    where i.turn = 1
),

-- One path or address is one place in the world: what was handed in there later replaced what lay there before.
lying as (
    select *, case when url is null then file else min(file) over (partition by owner, url) end as place from reports
),

-- Which report people put in the place of which, by handing it in at a page, or by accepting it as the answer to a letter.
accepted as (
    select
        c.spoken_by, max_by(coalesce(o.spoken_by, i.replaces), i.accepted_at) as replaces, max(i.accepted_at) as accepted_at,
        max_by(i.accepted_answer, i.accepted_at) as accepted_answer
    from copies as c
    inner join inputs as i on c.document_id = i.document_id
    left join copies as o on i.replaces = o.document_id
    where i.replaces is not null
    group by c.spoken_by
),

-- What was replaced may have been withdrawn since: its day and its place still stand for it.
before as (
    select document_id, owner, min(file) as file, max(published_on) as published_on from handed_in group by document_id, owner
),

-- It takes the place of what it replaced, at the moment when that was said.
placed as (
    select
        l.* exclude (place), coalesce(o.place, b.file, l.place) as place, case when b.file is not null then a.accepted_answer end as accepted_answer,
        greatest(l.landed_at, case when b.file is not null then a.accepted_at end) as settled_at, a.accepted_at, greatest(l.published_on, b.published_on) as at_least
    from lying as l
    left join accepted as a on l.document_id = a.spoken_by and a.replaces <> l.document_id
    left join before as b on a.replaces = b.document_id and l.owner = b.owner
    left join lying as o on b.document_id = o.document_id and b.owner = o.owner
),

-- A replacement without a date, or with an older one, counts from the date of what it replaced.
dated as (
    select
        *,
        max(at_least) over (
            partition by owner, place
            order by settled_at nulls first, accepted_at nulls first, published_on nulls first, file, document_id
            rows between unbounded preceding and current row
        ) as counted_from
    from placed
),

-- Two reports of one unit and year are versions: the one published last counts, then the one that landed last. Of those that landed at one
-- moment the one that people handed in last, then the file name decides.
versioned as (
    select
        *,
        row_number() over filed as version_number, count(*) over (partition by owner) as versions,
        count(*) over (partition by owner, counted_from, settled_at, accepted_at) as tied_versions,
        last_value(file) over (filed rows between unbounded preceding and unbounded following) as current_file
    from dated
    window filed as (
        partition by owner
        order by counted_from nulls first, settled_at nulls first, accepted_at nulls first, place, published_on nulls first, file, document_id
    )
),

final as (
    select
        report_id, document_id, read_id, file, unit_code, unit_name, report_year, published_on, url, landed_at, title, reader,
        form_disclosure, form_requests, form_challenges, form_statistics, content_id, numbers_id, pages,
        version_number::integer as version_number, versions::integer as versions, tied_versions::integer as tied_versions, current_file,
        version_number = versions as is_current,
        case when version_number = versions then 'loaded' else 'superseded' end as report_state, accepted_answer
    from versioned
)

-- Who asks for one unit reads a few pages of the file and passes over the rest.
select * from final order by unit_code, report_year, version_number
