with inputs as (select * from {{ ref('stg_inputs') }} where state = 'read'),

documents as (select * from {{ ref('stg_documents') }}),

copies as (select * from {{ ref('document_copies') }} where document_id = spoken_by),

-- Same bytes at several paths are one report; the first path with a unit and a year speaks for it.
speaking as (
    select *, row_number() over (partition by document_id order by unit_code is null, report_year is null, file) as turn
    from inputs
),

reports as (
    select
        substr(i.document_id, 1, 16) as report_id, i.document_id, i.read_id, i.file, i.unit_code, i.unit_name, i.report_year,
        i.published_on, i.url, d.title, d.reader, d.form_disclosure, d.form_requests, d.form_challenges,
        d.form_statistics, d.content_id, d.numbers_id,
        case
            when i.unit_code is null or i.report_year is null then i.document_id
            else concat(i.unit_code, '/', i.report_year)
        end as owner
    from speaking as i
    inner join documents as d on i.read_id = d.read_id
    inner join copies as c on i.document_id = c.document_id
    where i.turn = 1
),

-- Two reports of one unit and year are versions: the one filed last counts, then the file name decides.
versioned as (
    select
        *,
        row_number() over (partition by owner order by published_on nulls first, file, document_id) as version_number,
        count(*) over (partition by owner) as versions,
        last_value(file) over (
            partition by owner order by published_on nulls first, file, document_id
            rows between unbounded preceding and unbounded following
        ) as current_file
    from reports
),

final as (
    select
        report_id, document_id, read_id, file, unit_code, unit_name, report_year, published_on, url, title, reader,
        form_disclosure, form_requests, form_challenges, form_statistics, content_id, numbers_id,
        version_number::integer as version_number, versions::integer as versions, current_file,
        version_number = versions as is_current,
        case when version_number = versions then 'loaded' else 'superseded' end as report_state
    from versioned
)

select * from final
