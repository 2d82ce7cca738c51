CREATE FUNCTION audit_only_grows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND (
            NOT EXISTS (SELECT 1 FROM installation WHERE NOT drill)
            OR OLD.at <= (SELECT max(at) FROM audit) - interval '364 days'
        ) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the audit only grows';
    END $$;
CREATE TABLE account (
    bot_id integer NOT NULL,
    external_id character varying NOT NULL,
    person_id integer,
    reachable boolean NOT NULL,
    greeted_at timestamp with time zone,
    wrong_codes integer NOT NULL,
    locked_until timestamp with time zone,
    stale_menu boolean NOT NULL,
    id integer NOT NULL,
    lost_at timestamp with time zone,
    lost_why character varying DEFAULT ''::character varying NOT NULL,
    preferred boolean DEFAULT false NOT NULL,
    refusals integer DEFAULT 0 NOT NULL,
    codes_told boolean DEFAULT false NOT NULL
);
CREATE TABLE account_alias (
    bot_id integer NOT NULL,
    external_id character varying NOT NULL,
    account_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE account_alias_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE account_alias_id_seq OWNED BY account_alias.id;
CREATE SEQUENCE account_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE account_id_seq OWNED BY account.id;
CREATE TABLE activity (
    unit_id integer NOT NULL,
    campaign_id integer NOT NULL,
    place character varying NOT NULL,
    count integer NOT NULL,
    on_day date NOT NULL,
    excerpt_id integer,
    person_id integer,
    recorded_at timestamp with time zone NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    title character varying DEFAULT ''::character varying NOT NULL,
    url character varying DEFAULT ''::character varying NOT NULL,
    audience character varying DEFAULT ''::character varying NOT NULL,
    attachment_id integer,
    removed_at timestamp with time zone
);
CREATE SEQUENCE activity_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE activity_id_seq OWNED BY activity.id;
CREATE TABLE alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE arts (
    campaign_id integer NOT NULL,
    unit_id integer NOT NULL,
    kind character varying NOT NULL,
    title character varying NOT NULL,
    on_day date NOT NULL,
    place character varying NOT NULL,
    audience integer,
    link character varying NOT NULL,
    person_id integer,
    recorded_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE arts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE arts_id_seq OWNED BY arts.id;
CREATE TABLE attachment (
    unit_id integer,
    obligation_id integer,
    person_id integer,
    bot_id integer,
    file_id character varying NOT NULL,
    kind character varying NOT NULL,
    album character varying NOT NULL,
    name character varying NOT NULL,
    path character varying NOT NULL,
    size integer NOT NULL,
    sha256 character varying NOT NULL,
    made_at timestamp with time zone NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE attachment_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE attachment_id_seq OWNED BY attachment.id;
CREATE TABLE audit (
    act character varying NOT NULL,
    subject character varying NOT NULL,
    person_id integer,
    at timestamp with time zone NOT NULL,
    details json NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE audit_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE audit_id_seq OWNED BY audit.id;
CREATE TABLE bot (
    channel character varying NOT NULL,
    setting character varying NOT NULL,
    username character varying NOT NULL,
    paused_until timestamp with time zone,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    heard_at timestamp with time zone,
    failing character varying DEFAULT ''::character varying NOT NULL,
    failing_since timestamp with time zone,
    outage_told character varying DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE bot_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE bot_id_seq OWNED BY bot.id;
CREATE TABLE branch_plan (
    campaign_id integer NOT NULL,
    unit_id integer NOT NULL,
    number character varying NOT NULL,
    on_day date,
    attachment_id integer,
    person_id integer,
    recorded_at timestamp with time zone NOT NULL,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE branch_plan_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE branch_plan_id_seq OWNED BY branch_plan.id;
CREATE TABLE broadcast (
    text character varying NOT NULL,
    roles json NOT NULL,
    units json NOT NULL,
    deadline_id integer,
    attachment_id integer,
    by_id integer,
    state character varying NOT NULL,
    at_once boolean NOT NULL,
    people integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ordered_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE broadcast_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE broadcast_id_seq OWNED BY broadcast.id;
CREATE TABLE campaign (
    name character varying NOT NULL,
    title character varying NOT NULL,
    body json NOT NULL,
    facts json NOT NULL,
    state character varying NOT NULL,
    started_at timestamp with time zone,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    text character varying DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE campaign_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE campaign_id_seq OWNED BY campaign.id;
CREATE TABLE committee (
    name character varying NOT NULL,
    short_name character varying NOT NULL,
    superior character varying NOT NULL,
    office_name character varying NOT NULL,
    facts json NOT NULL,
    paused boolean NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE committee_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE committee_id_seq OWNED BY committee.id;
CREATE TABLE conference (
    campaign_id integer NOT NULL,
    unit_id integer NOT NULL,
    makeup_of_id integer,
    report_id integer,
    state character varying NOT NULL,
    on_day date NOT NULL,
    hour character varying NOT NULL,
    place character varying NOT NULL,
    form character varying NOT NULL,
    joint_with character varying NOT NULL,
    speaker character varying NOT NULL,
    speaker_name character varying NOT NULL,
    leader character varying NOT NULL,
    leader_name character varying NOT NULL,
    item_id integer,
    invited_id integer,
    invited_at timestamp with time zone,
    attended integer,
    masses integer,
    person_id integer,
    recorded_at timestamp with time zone NOT NULL,
    id integer NOT NULL,
    committee_id integer NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    reason character varying DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE conference_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE conference_id_seq OWNED BY conference.id;
CREATE TABLE consent (
    person_id integer NOT NULL,
    purpose character varying NOT NULL,
    given boolean NOT NULL,
    said_at timestamp with time zone NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE consent_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE consent_id_seq OWNED BY consent.id;
CREATE TABLE conversation (
    account_id integer NOT NULL,
    expects character varying NOT NULL,
    subject json NOT NULL,
    menu_id integer,
    id integer NOT NULL
);
CREATE SEQUENCE conversation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE conversation_id_seq OWNED BY conversation.id;
CREATE TABLE day_override (
    day date NOT NULL,
    working boolean NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE day_override_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE day_override_id_seq OWNED BY day_override.id;
CREATE TABLE deadline (
    campaign_id integer NOT NULL,
    name character varying NOT NULL,
    period character varying NOT NULL,
    version integer NOT NULL,
    form_name character varying NOT NULL,
    title character varying NOT NULL,
    short_title character varying NOT NULL,
    duties json NOT NULL,
    due_text character varying NOT NULL,
    due_mode character varying NOT NULL,
    due_date date NOT NULL,
    last_on_time date NOT NULL,
    set_by_office boolean NOT NULL,
    example character varying NOT NULL,
    superseded boolean NOT NULL,
    cancelled boolean NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    unplanned boolean DEFAULT true NOT NULL,
    units json DEFAULT '[]'::json NOT NULL,
    opens_on date,
    grace_to date,
    closes_on date,
    office_wanted_on date,
    given_to integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE deadline_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE deadline_id_seq OWNED BY deadline.id;
CREATE TABLE delivery (
    distribution_id integer NOT NULL,
    recipient character varying NOT NULL,
    unit_id integer,
    person_id integer,
    told_at timestamp with time zone,
    opened_at timestamp with time zone,
    number character varying NOT NULL,
    on_day date,
    route character varying NOT NULL,
    recorded_by_id integer,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE delivery_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE delivery_id_seq OWNED BY delivery.id;
CREATE TABLE distribution (
    campaign_id integer NOT NULL,
    title character varying NOT NULL,
    attachment_id integer,
    by_id integer,
    made_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE distribution_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE distribution_id_seq OWNED BY distribution.id;
CREATE TABLE due (
    kind character varying NOT NULL,
    obligation_id integer,
    subject character varying NOT NULL,
    occurrence character varying NOT NULL,
    version integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    fired_at timestamp with time zone,
    outcome character varying NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE due_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE due_id_seq OWNED BY due.id;
CREATE TABLE excerpt (
    campaign_id integer NOT NULL,
    name character varying NOT NULL,
    ordinal integer NOT NULL,
    text character varying NOT NULL,
    more character varying NOT NULL,
    source character varying NOT NULL,
    page character varying NOT NULL,
    added_by_id integer,
    checked_by_id integer,
    approved_by_id integer,
    approved_at timestamp with time zone,
    week date,
    withdrawn boolean NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE excerpt_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE excerpt_id_seq OWNED BY excerpt.id;
CREATE TABLE excuse (
    obligation_id integer NOT NULL,
    reason character varying NOT NULL,
    by_id integer,
    made_at timestamp with time zone NOT NULL,
    undone_by_id integer,
    undone_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE excuse_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE excuse_id_seq OWNED BY excuse.id;
CREATE TABLE fix (
    inspection_id integer NOT NULL,
    unit_id integer NOT NULL,
    what character varying NOT NULL,
    due_on date NOT NULL,
    state character varying NOT NULL,
    fixed_by_id integer,
    fixed_at timestamp with time zone,
    confirmed_by_id integer,
    confirmed_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE fix_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE fix_id_seq OWNED BY fix.id;
CREATE TABLE form (
    campaign_id integer NOT NULL,
    name character varying NOT NULL,
    version integer NOT NULL,
    body json NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE form_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE form_id_seq OWNED BY form.id;
CREATE TABLE headcount (
    unit_id integer NOT NULL,
    as_of date NOT NULL,
    "full" integer NOT NULL,
    probationary integer NOT NULL,
    exempt integer NOT NULL,
    masses integer,
    id integer NOT NULL
);
CREATE SEQUENCE headcount_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE headcount_id_seq OWNED BY headcount.id;
CREATE TABLE inbox (
    bot_id integer NOT NULL,
    key character varying NOT NULL,
    account character varying NOT NULL,
    raw json NOT NULL,
    spoken_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    done_at timestamp with time zone,
    outcome character varying NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE inbox_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE inbox_id_seq OWNED BY inbox.id;
CREATE TABLE inspection (
    campaign_id integer NOT NULL,
    unit_id integer NOT NULL,
    on_day date NOT NULL,
    team character varying NOT NULL,
    state character varying NOT NULL,
    findings character varying NOT NULL,
    person_id integer,
    recorded_at timestamp with time zone NOT NULL,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE inspection_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE inspection_id_seq OWNED BY inspection.id;
CREATE TABLE installation (
    drill boolean NOT NULL,
    plan_time timestamp with time zone,
    id integer NOT NULL,
    seen_at timestamp with time zone
);
CREATE SEQUENCE installation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE installation_id_seq OWNED BY installation.id;
CREATE TABLE invitation (
    token_hash character varying NOT NULL,
    code_hash character varying NOT NULL,
    role character varying NOT NULL,
    unit_id integer NOT NULL,
    name character varying NOT NULL,
    uses_left integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    invited_by_id integer,
    used_by_id integer,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    bot_id integer
);
CREATE SEQUENCE invitation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE invitation_id_seq OWNED BY invitation.id;
CREATE TABLE issue (
    campaign_id integer NOT NULL,
    number integer NOT NULL,
    kind character varying NOT NULL,
    name character varying NOT NULL,
    period character varying NOT NULL,
    title character varying NOT NULL,
    named boolean NOT NULL,
    by_id integer,
    made_at timestamp with time zone NOT NULL,
    revisions json NOT NULL,
    figures json NOT NULL,
    file_id integer,
    words_id integer,
    sha256 character varying NOT NULL,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE issue_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE issue_id_seq OWNED BY issue.id;
CREATE TABLE item (
    kind character varying NOT NULL,
    state character varying NOT NULL,
    unit_id integer,
    obligation_id integer,
    person_id integer,
    text character varying NOT NULL,
    how character varying NOT NULL,
    message_id character varying NOT NULL,
    asked_for date,
    attachment_id integer,
    asked_at timestamp with time zone NOT NULL,
    taken_by_id integer,
    answer character varying NOT NULL,
    closed_at timestamp with time zone,
    committee_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE item_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE item_id_seq OWNED BY item.id;
CREATE TABLE job (
    kind character varying NOT NULL,
    "values" json NOT NULL,
    state character varying NOT NULL,
    attempts integer NOT NULL,
    not_before timestamp with time zone NOT NULL,
    error character varying NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    claim character varying DEFAULT ''::character varying NOT NULL,
    held_until timestamp with time zone,
    queue character varying
);
CREATE SEQUENCE job_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE job_id_seq OWNED BY job.id;
CREATE TABLE lead (
    name character varying NOT NULL,
    epoch integer NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE lead_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE lead_id_seq OWNED BY lead.id;
CREATE TABLE link_code (
    code_hash character varying NOT NULL,
    person_id integer NOT NULL,
    account_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE link_code_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE link_code_id_seq OWNED BY link_code.id;
CREATE TABLE local_message (
    account character varying NOT NULL,
    key character varying NOT NULL,
    version integer NOT NULL,
    mine boolean NOT NULL,
    text character varying NOT NULL,
    plain boolean NOT NULL,
    buttons json NOT NULL,
    file_path character varying NOT NULL,
    file_name character varying NOT NULL,
    file_kind character varying NOT NULL,
    reply_to character varying NOT NULL,
    said_at timestamp with time zone NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE local_message_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE local_message_id_seq OWNED BY local_message.id;
CREATE TABLE local_session (
    key_hash character varying NOT NULL,
    account character varying NOT NULL,
    started_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    id integer NOT NULL
);
CREATE SEQUENCE local_session_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE local_session_id_seq OWNED BY local_session.id;
CREATE TABLE notice (
    dedupe_key character varying NOT NULL,
    person_id integer,
    account_id integer NOT NULL,
    kind character varying NOT NULL,
    template character varying NOT NULL,
    details json NOT NULL,
    obligations json NOT NULL,
    batch character varying NOT NULL,
    told_at timestamp with time zone NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    turned boolean DEFAULT false NOT NULL
);
CREATE SEQUENCE notice_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE notice_id_seq OWNED BY notice.id;
CREATE TABLE obligation (
    deadline_id integer NOT NULL,
    unit_id integer NOT NULL,
    state character varying NOT NULL,
    version integer NOT NULL,
    extended_to date,
    excused boolean NOT NULL,
    closed boolean NOT NULL,
    promised_on date,
    skip_next boolean NOT NULL,
    paused boolean NOT NULL,
    overdue_notes integer NOT NULL,
    ladder_done boolean NOT NULL,
    call_wanted boolean NOT NULL,
    first_sent_at timestamp with time zone,
    told_at timestamp with time zone,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    unplanned boolean DEFAULT true NOT NULL,
    register_on date
);
CREATE SEQUENCE obligation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE obligation_id_seq OWNED BY obligation.id;
CREATE TABLE outbox (
    notice_id integer NOT NULL,
    account_id integer NOT NULL,
    bot_id integer NOT NULL,
    token character varying NOT NULL,
    text character varying NOT NULL,
    plain boolean NOT NULL,
    choices json NOT NULL,
    attachment_id integer,
    file_kind character varying NOT NULL,
    replaces_id integer,
    priority integer NOT NULL,
    state character varying NOT NULL,
    not_before timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    claim character varying NOT NULL,
    claimed_at timestamp with time zone,
    platform_id character varying NOT NULL,
    sent_at timestamp with time zone,
    said_at timestamp with time zone NOT NULL,
    error character varying NOT NULL,
    forget boolean NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE outbox_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE outbox_id_seq OWNED BY outbox.id;
CREATE TABLE overwritten (
    report_id integer NOT NULL,
    question character varying NOT NULL,
    kept json NOT NULL,
    by_id integer,
    replaced_at timestamp with time zone NOT NULL,
    counter integer NOT NULL,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE overwritten_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE overwritten_id_seq OWNED BY overwritten.id;
CREATE TABLE person (
    name character varying NOT NULL,
    pushes boolean NOT NULL,
    excerpts boolean NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    away_until date,
    committee_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE person_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE person_id_seq OWNED BY person.id;
CREATE TABLE portal_item (
    campaign_id integer NOT NULL,
    unit_id integer NOT NULL,
    kind character varying NOT NULL,
    scope character varying NOT NULL,
    title character varying NOT NULL,
    url character varying NOT NULL,
    number character varying NOT NULL,
    on_day date,
    report_id integer,
    person_id integer,
    recorded_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE portal_item_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE portal_item_id_seq OWNED BY portal_item.id;
CREATE TABLE push (
    kind character varying NOT NULL,
    batch character varying NOT NULL,
    by_id integer,
    people integer NOT NULL,
    written boolean NOT NULL,
    told_at timestamp with time zone NOT NULL,
    began_at timestamp with time zone NOT NULL,
    shown_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    stopped_by_id integer,
    ended_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE push_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE push_id_seq OWNED BY push.id;
CREATE TABLE reminder (
    obligation_id integer NOT NULL,
    occurrence character varying NOT NULL,
    version integer NOT NULL,
    person_id integer NOT NULL,
    notice_id integer NOT NULL,
    day date NOT NULL,
    reply character varying NOT NULL,
    replied_at timestamp with time zone,
    replied_by_id integer,
    id integer NOT NULL
);
CREATE SEQUENCE reminder_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE reminder_id_seq OWNED BY reminder.id;
CREATE TABLE report (
    obligation_id integer NOT NULL,
    form_id integer NOT NULL,
    answers json NOT NULL,
    counter integer NOT NULL,
    reopened json NOT NULL,
    on_behalf character varying NOT NULL,
    confirmed_at timestamp with time zone,
    reviewer_id integer,
    self_reviewed boolean NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE report_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE report_id_seq OWNED BY report.id;
CREATE TABLE revision (
    report_id integer NOT NULL,
    number integer NOT NULL,
    answers json NOT NULL,
    flags json NOT NULL,
    sent_by_id integer,
    sent_at timestamp with time zone NOT NULL,
    timeliness character varying NOT NULL,
    recalled_at timestamp with time zone,
    id integer NOT NULL
);
CREATE SEQUENCE revision_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE revision_id_seq OWNED BY revision.id;
CREATE TABLE role (
    person_id integer NOT NULL,
    unit_id integer NOT NULL,
    kind character varying NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    id integer NOT NULL
);
CREATE SEQUENCE role_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE role_id_seq OWNED BY role.id;
CREATE TABLE signed_copy (
    obligation_id integer NOT NULL,
    text character varying NOT NULL,
    by_id integer,
    made_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE signed_copy_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE signed_copy_id_seq OWNED BY signed_copy.id;
CREATE TABLE standstill (
    cause character varying NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    counts json NOT NULL,
    told_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE standstill_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE standstill_id_seq OWNED BY standstill.id;
CREATE TABLE template (
    name character varying NOT NULL,
    attachment_id integer NOT NULL,
    added_by_id integer,
    added_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE template_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE template_id_seq OWNED BY template.id;
CREATE TABLE unit (
    kind character varying NOT NULL,
    code character varying NOT NULL,
    name character varying NOT NULL,
    short_names json NOT NULL,
    ordinal integer NOT NULL,
    secretary_name character varying NOT NULL,
    deputy_name character varying NOT NULL,
    active_from date,
    active_to date,
    merged_into_id integer,
    committee_id integer NOT NULL,
    id integer NOT NULL,
    unplanned boolean DEFAULT true NOT NULL,
    arts boolean DEFAULT false NOT NULL,
    responsible character varying DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE unit_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE unit_id_seq OWNED BY unit.id;
CREATE TABLE usage (
    bot_id integer NOT NULL,
    month character varying NOT NULL,
    sent integer NOT NULL,
    received integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE usage_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE usage_id_seq OWNED BY usage.id;
CREATE TABLE words_apart (
    obligation_id integer NOT NULL,
    question character varying NOT NULL,
    text character varying NOT NULL,
    mark character varying NOT NULL,
    by_id integer,
    written_at timestamp with time zone NOT NULL,
    id integer NOT NULL,
    committee_id integer NOT NULL
);
CREATE SEQUENCE words_apart_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE words_apart_id_seq OWNED BY words_apart.id;
CREATE TABLE wrong_code (
    account_id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    committee_id integer NOT NULL,
    id integer NOT NULL
);
CREATE SEQUENCE wrong_code_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE wrong_code_id_seq OWNED BY wrong_code.id;
ALTER TABLE ONLY account ALTER COLUMN id SET DEFAULT nextval('account_id_seq'::regclass);
ALTER TABLE ONLY account_alias ALTER COLUMN id SET DEFAULT nextval('account_alias_id_seq'::regclass);
ALTER TABLE ONLY activity ALTER COLUMN id SET DEFAULT nextval('activity_id_seq'::regclass);
ALTER TABLE ONLY arts ALTER COLUMN id SET DEFAULT nextval('arts_id_seq'::regclass);
ALTER TABLE ONLY attachment ALTER COLUMN id SET DEFAULT nextval('attachment_id_seq'::regclass);
ALTER TABLE ONLY audit ALTER COLUMN id SET DEFAULT nextval('audit_id_seq'::regclass);
ALTER TABLE ONLY bot ALTER COLUMN id SET DEFAULT nextval('bot_id_seq'::regclass);
ALTER TABLE ONLY branch_plan ALTER COLUMN id SET DEFAULT nextval('branch_plan_id_seq'::regclass);
ALTER TABLE ONLY broadcast ALTER COLUMN id SET DEFAULT nextval('broadcast_id_seq'::regclass);
ALTER TABLE ONLY campaign ALTER COLUMN id SET DEFAULT nextval('campaign_id_seq'::regclass);
ALTER TABLE ONLY committee ALTER COLUMN id SET DEFAULT nextval('committee_id_seq'::regclass);
ALTER TABLE ONLY conference ALTER COLUMN id SET DEFAULT nextval('conference_id_seq'::regclass);
ALTER TABLE ONLY consent ALTER COLUMN id SET DEFAULT nextval('consent_id_seq'::regclass);
ALTER TABLE ONLY conversation ALTER COLUMN id SET DEFAULT nextval('conversation_id_seq'::regclass);
ALTER TABLE ONLY day_override ALTER COLUMN id SET DEFAULT nextval('day_override_id_seq'::regclass);
ALTER TABLE ONLY deadline ALTER COLUMN id SET DEFAULT nextval('deadline_id_seq'::regclass);
ALTER TABLE ONLY delivery ALTER COLUMN id SET DEFAULT nextval('delivery_id_seq'::regclass);
ALTER TABLE ONLY distribution ALTER COLUMN id SET DEFAULT nextval('distribution_id_seq'::regclass);
ALTER TABLE ONLY due ALTER COLUMN id SET DEFAULT nextval('due_id_seq'::regclass);
ALTER TABLE ONLY excerpt ALTER COLUMN id SET DEFAULT nextval('excerpt_id_seq'::regclass);
ALTER TABLE ONLY excuse ALTER COLUMN id SET DEFAULT nextval('excuse_id_seq'::regclass);
ALTER TABLE ONLY fix ALTER COLUMN id SET DEFAULT nextval('fix_id_seq'::regclass);
ALTER TABLE ONLY form ALTER COLUMN id SET DEFAULT nextval('form_id_seq'::regclass);
ALTER TABLE ONLY headcount ALTER COLUMN id SET DEFAULT nextval('headcount_id_seq'::regclass);
ALTER TABLE ONLY inbox ALTER COLUMN id SET DEFAULT nextval('inbox_id_seq'::regclass);
ALTER TABLE ONLY inspection ALTER COLUMN id SET DEFAULT nextval('inspection_id_seq'::regclass);
ALTER TABLE ONLY installation ALTER COLUMN id SET DEFAULT nextval('installation_id_seq'::regclass);
ALTER TABLE ONLY invitation ALTER COLUMN id SET DEFAULT nextval('invitation_id_seq'::regclass);
ALTER TABLE ONLY issue ALTER COLUMN id SET DEFAULT nextval('issue_id_seq'::regclass);
ALTER TABLE ONLY item ALTER COLUMN id SET DEFAULT nextval('item_id_seq'::regclass);
ALTER TABLE ONLY job ALTER COLUMN id SET DEFAULT nextval('job_id_seq'::regclass);
ALTER TABLE ONLY lead ALTER COLUMN id SET DEFAULT nextval('lead_id_seq'::regclass);
ALTER TABLE ONLY link_code ALTER COLUMN id SET DEFAULT nextval('link_code_id_seq'::regclass);
ALTER TABLE ONLY local_message ALTER COLUMN id SET DEFAULT nextval('local_message_id_seq'::regclass);
ALTER TABLE ONLY local_session ALTER COLUMN id SET DEFAULT nextval('local_session_id_seq'::regclass);
ALTER TABLE ONLY notice ALTER COLUMN id SET DEFAULT nextval('notice_id_seq'::regclass);
ALTER TABLE ONLY obligation ALTER COLUMN id SET DEFAULT nextval('obligation_id_seq'::regclass);
ALTER TABLE ONLY outbox ALTER COLUMN id SET DEFAULT nextval('outbox_id_seq'::regclass);
ALTER TABLE ONLY overwritten ALTER COLUMN id SET DEFAULT nextval('overwritten_id_seq'::regclass);
ALTER TABLE ONLY person ALTER COLUMN id SET DEFAULT nextval('person_id_seq'::regclass);
ALTER TABLE ONLY portal_item ALTER COLUMN id SET DEFAULT nextval('portal_item_id_seq'::regclass);
ALTER TABLE ONLY push ALTER COLUMN id SET DEFAULT nextval('push_id_seq'::regclass);
ALTER TABLE ONLY reminder ALTER COLUMN id SET DEFAULT nextval('reminder_id_seq'::regclass);
ALTER TABLE ONLY report ALTER COLUMN id SET DEFAULT nextval('report_id_seq'::regclass);
ALTER TABLE ONLY revision ALTER COLUMN id SET DEFAULT nextval('revision_id_seq'::regclass);
ALTER TABLE ONLY role ALTER COLUMN id SET DEFAULT nextval('role_id_seq'::regclass);
ALTER TABLE ONLY signed_copy ALTER COLUMN id SET DEFAULT nextval('signed_copy_id_seq'::regclass);
ALTER TABLE ONLY standstill ALTER COLUMN id SET DEFAULT nextval('standstill_id_seq'::regclass);
ALTER TABLE ONLY template ALTER COLUMN id SET DEFAULT nextval('template_id_seq'::regclass);
ALTER TABLE ONLY unit ALTER COLUMN id SET DEFAULT nextval('unit_id_seq'::regclass);
ALTER TABLE ONLY usage ALTER COLUMN id SET DEFAULT nextval('usage_id_seq'::regclass);
ALTER TABLE ONLY words_apart ALTER COLUMN id SET DEFAULT nextval('words_apart_id_seq'::regclass);
ALTER TABLE ONLY wrong_code ALTER COLUMN id SET DEFAULT nextval('wrong_code_id_seq'::regclass);
INSERT INTO alembic_version VALUES ('0030');
SELECT pg_catalog.setval('account_alias_id_seq', 1, false);
SELECT pg_catalog.setval('account_id_seq', 1, false);
SELECT pg_catalog.setval('activity_id_seq', 1, false);
SELECT pg_catalog.setval('arts_id_seq', 1, false);
SELECT pg_catalog.setval('attachment_id_seq', 1, false);
SELECT pg_catalog.setval('audit_id_seq', 1, false);
SELECT pg_catalog.setval('bot_id_seq', 1, false);
SELECT pg_catalog.setval('branch_plan_id_seq', 1, false);
SELECT pg_catalog.setval('broadcast_id_seq', 1, false);
SELECT pg_catalog.setval('campaign_id_seq', 1, false);
SELECT pg_catalog.setval('committee_id_seq', 1, false);
SELECT pg_catalog.setval('conference_id_seq', 1, false);
SELECT pg_catalog.setval('consent_id_seq', 1, false);
SELECT pg_catalog.setval('conversation_id_seq', 1, false);
SELECT pg_catalog.setval('day_override_id_seq', 1, false);
SELECT pg_catalog.setval('deadline_id_seq', 1, false);
SELECT pg_catalog.setval('delivery_id_seq', 1, false);
SELECT pg_catalog.setval('distribution_id_seq', 1, false);
SELECT pg_catalog.setval('due_id_seq', 1, false);
SELECT pg_catalog.setval('excerpt_id_seq', 1, false);
SELECT pg_catalog.setval('excuse_id_seq', 1, false);
SELECT pg_catalog.setval('fix_id_seq', 1, false);
SELECT pg_catalog.setval('form_id_seq', 1, false);
SELECT pg_catalog.setval('headcount_id_seq', 1, false);
SELECT pg_catalog.setval('inbox_id_seq', 1, false);
SELECT pg_catalog.setval('inspection_id_seq', 1, false);
SELECT pg_catalog.setval('installation_id_seq', 1, false);
SELECT pg_catalog.setval('invitation_id_seq', 1, false);
SELECT pg_catalog.setval('issue_id_seq', 1, false);
SELECT pg_catalog.setval('item_id_seq', 1, false);
SELECT pg_catalog.setval('job_id_seq', 1, false);
SELECT pg_catalog.setval('lead_id_seq', 1, false);
SELECT pg_catalog.setval('link_code_id_seq', 1, false);
SELECT pg_catalog.setval('local_message_id_seq', 1, false);
SELECT pg_catalog.setval('local_session_id_seq', 1, false);
SELECT pg_catalog.setval('notice_id_seq', 1, false);
SELECT pg_catalog.setval('obligation_id_seq', 1, false);
SELECT pg_catalog.setval('outbox_id_seq', 1, false);
SELECT pg_catalog.setval('overwritten_id_seq', 1, false);
SELECT pg_catalog.setval('person_id_seq', 1, false);
SELECT pg_catalog.setval('portal_item_id_seq', 1, false);
SELECT pg_catalog.setval('push_id_seq', 1, false);
SELECT pg_catalog.setval('reminder_id_seq', 1, false);
SELECT pg_catalog.setval('report_id_seq', 1, false);
SELECT pg_catalog.setval('revision_id_seq', 1, false);
SELECT pg_catalog.setval('role_id_seq', 1, false);
SELECT pg_catalog.setval('signed_copy_id_seq', 1, false);
SELECT pg_catalog.setval('standstill_id_seq', 1, false);
SELECT pg_catalog.setval('template_id_seq', 1, false);
SELECT pg_catalog.setval('unit_id_seq', 1, false);
SELECT pg_catalog.setval('usage_id_seq', 1, false);
SELECT pg_catalog.setval('words_apart_id_seq', 1, false);
SELECT pg_catalog.setval('wrong_code_id_seq', 1, false);
ALTER TABLE ONLY alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY account
    ADD CONSTRAINT pk_account PRIMARY KEY (id);
ALTER TABLE ONLY account_alias
    ADD CONSTRAINT pk_account_alias PRIMARY KEY (id);
ALTER TABLE ONLY activity
    ADD CONSTRAINT pk_activity PRIMARY KEY (id);
ALTER TABLE ONLY arts
    ADD CONSTRAINT pk_arts PRIMARY KEY (id);
ALTER TABLE ONLY attachment
    ADD CONSTRAINT pk_attachment PRIMARY KEY (id);
ALTER TABLE ONLY audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY bot
    ADD CONSTRAINT pk_bot PRIMARY KEY (id);
ALTER TABLE ONLY branch_plan
    ADD CONSTRAINT pk_branch_plan PRIMARY KEY (id);
ALTER TABLE ONLY broadcast
    ADD CONSTRAINT pk_broadcast PRIMARY KEY (id);
ALTER TABLE ONLY campaign
    ADD CONSTRAINT pk_campaign PRIMARY KEY (id);
ALTER TABLE ONLY committee
    ADD CONSTRAINT pk_committee PRIMARY KEY (id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT pk_conference PRIMARY KEY (id);
ALTER TABLE ONLY consent
    ADD CONSTRAINT pk_consent PRIMARY KEY (id);
ALTER TABLE ONLY conversation
    ADD CONSTRAINT pk_conversation PRIMARY KEY (id);
ALTER TABLE ONLY day_override
    ADD CONSTRAINT pk_day_override PRIMARY KEY (id);
ALTER TABLE ONLY deadline
    ADD CONSTRAINT pk_deadline PRIMARY KEY (id);
ALTER TABLE ONLY delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (id);
ALTER TABLE ONLY distribution
    ADD CONSTRAINT pk_distribution PRIMARY KEY (id);
ALTER TABLE ONLY due
    ADD CONSTRAINT pk_due PRIMARY KEY (id);
ALTER TABLE ONLY excerpt
    ADD CONSTRAINT pk_excerpt PRIMARY KEY (id);
ALTER TABLE ONLY excuse
    ADD CONSTRAINT pk_excuse PRIMARY KEY (id);
ALTER TABLE ONLY fix
    ADD CONSTRAINT pk_fix PRIMARY KEY (id);
ALTER TABLE ONLY form
    ADD CONSTRAINT pk_form PRIMARY KEY (id);
ALTER TABLE ONLY headcount
    ADD CONSTRAINT pk_headcount PRIMARY KEY (id);
ALTER TABLE ONLY inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (id);
ALTER TABLE ONLY inspection
    ADD CONSTRAINT pk_inspection PRIMARY KEY (id);
ALTER TABLE ONLY installation
    ADD CONSTRAINT pk_installation PRIMARY KEY (id);
ALTER TABLE ONLY invitation
    ADD CONSTRAINT pk_invitation PRIMARY KEY (id);
ALTER TABLE ONLY issue
    ADD CONSTRAINT pk_issue PRIMARY KEY (id);
ALTER TABLE ONLY item
    ADD CONSTRAINT pk_item PRIMARY KEY (id);
ALTER TABLE ONLY job
    ADD CONSTRAINT pk_job PRIMARY KEY (id);
ALTER TABLE ONLY lead
    ADD CONSTRAINT pk_lead PRIMARY KEY (id);
ALTER TABLE ONLY link_code
    ADD CONSTRAINT pk_link_code PRIMARY KEY (id);
ALTER TABLE ONLY local_message
    ADD CONSTRAINT pk_local_message PRIMARY KEY (id);
ALTER TABLE ONLY local_session
    ADD CONSTRAINT pk_local_session PRIMARY KEY (id);
ALTER TABLE ONLY notice
    ADD CONSTRAINT pk_notice PRIMARY KEY (id);
ALTER TABLE ONLY obligation
    ADD CONSTRAINT pk_obligation PRIMARY KEY (id);
ALTER TABLE ONLY outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);
ALTER TABLE ONLY overwritten
    ADD CONSTRAINT pk_overwritten PRIMARY KEY (id);
ALTER TABLE ONLY person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);
ALTER TABLE ONLY portal_item
    ADD CONSTRAINT pk_portal_item PRIMARY KEY (id);
ALTER TABLE ONLY push
    ADD CONSTRAINT pk_push PRIMARY KEY (id);
ALTER TABLE ONLY reminder
    ADD CONSTRAINT pk_reminder PRIMARY KEY (id);
ALTER TABLE ONLY report
    ADD CONSTRAINT pk_report PRIMARY KEY (id);
ALTER TABLE ONLY revision
    ADD CONSTRAINT pk_revision PRIMARY KEY (id);
ALTER TABLE ONLY role
    ADD CONSTRAINT pk_role PRIMARY KEY (id);
ALTER TABLE ONLY signed_copy
    ADD CONSTRAINT pk_signed_copy PRIMARY KEY (id);
ALTER TABLE ONLY standstill
    ADD CONSTRAINT pk_standstill PRIMARY KEY (id);
ALTER TABLE ONLY template
    ADD CONSTRAINT pk_template PRIMARY KEY (id);
ALTER TABLE ONLY unit
    ADD CONSTRAINT pk_unit PRIMARY KEY (id);
ALTER TABLE ONLY usage
    ADD CONSTRAINT pk_usage PRIMARY KEY (id);
ALTER TABLE ONLY words_apart
    ADD CONSTRAINT pk_words_apart PRIMARY KEY (id);
ALTER TABLE ONLY wrong_code
    ADD CONSTRAINT pk_wrong_code PRIMARY KEY (id);
ALTER TABLE ONLY account_alias
    ADD CONSTRAINT uq_account_alias_bot_id_external_id UNIQUE (bot_id, external_id);
ALTER TABLE ONLY account
    ADD CONSTRAINT uq_account_bot_id_external_id UNIQUE (bot_id, external_id);
ALTER TABLE ONLY bot
    ADD CONSTRAINT uq_bot_committee_id_channel_setting UNIQUE (committee_id, channel, setting);
ALTER TABLE ONLY branch_plan
    ADD CONSTRAINT uq_branch_plan_campaign_id_unit_id UNIQUE (campaign_id, unit_id);
ALTER TABLE ONLY campaign
    ADD CONSTRAINT uq_campaign_committee_id_name UNIQUE (committee_id, name);
ALTER TABLE ONLY conversation
    ADD CONSTRAINT uq_conversation_account_id UNIQUE (account_id);
ALTER TABLE ONLY day_override
    ADD CONSTRAINT uq_day_override_committee_id_day UNIQUE (committee_id, day);
ALTER TABLE ONLY deadline
    ADD CONSTRAINT uq_deadline_campaign_id_name_period_version UNIQUE (campaign_id, name, period, version);
ALTER TABLE ONLY delivery
    ADD CONSTRAINT uq_delivery_distribution_id_person_id UNIQUE (distribution_id, person_id);
ALTER TABLE ONLY due
    ADD CONSTRAINT uq_due_kind_subject_occurrence_version UNIQUE (kind, subject, occurrence, version);
ALTER TABLE ONLY excerpt
    ADD CONSTRAINT uq_excerpt_campaign_id_name UNIQUE (campaign_id, name);
ALTER TABLE ONLY form
    ADD CONSTRAINT uq_form_campaign_id_name_version UNIQUE (campaign_id, name, version);
ALTER TABLE ONLY headcount
    ADD CONSTRAINT uq_headcount_unit_id_as_of UNIQUE (unit_id, as_of);
ALTER TABLE ONLY inbox
    ADD CONSTRAINT uq_inbox_bot_id_key UNIQUE (bot_id, key);
ALTER TABLE ONLY invitation
    ADD CONSTRAINT uq_invitation_code_hash UNIQUE (code_hash);
ALTER TABLE ONLY invitation
    ADD CONSTRAINT uq_invitation_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY issue
    ADD CONSTRAINT uq_issue_committee_id_number UNIQUE (committee_id, number);
ALTER TABLE ONLY lead
    ADD CONSTRAINT uq_lead_name UNIQUE (name);
ALTER TABLE ONLY link_code
    ADD CONSTRAINT uq_link_code_code_hash UNIQUE (code_hash);
ALTER TABLE ONLY local_message
    ADD CONSTRAINT uq_local_message_key UNIQUE (key);
ALTER TABLE ONLY local_session
    ADD CONSTRAINT uq_local_session_key_hash UNIQUE (key_hash);
ALTER TABLE ONLY notice
    ADD CONSTRAINT uq_notice_dedupe_key UNIQUE (dedupe_key);
ALTER TABLE ONLY obligation
    ADD CONSTRAINT uq_obligation_deadline_id_unit_id UNIQUE (deadline_id, unit_id);
ALTER TABLE ONLY outbox
    ADD CONSTRAINT uq_outbox_token UNIQUE (token);
ALTER TABLE ONLY push
    ADD CONSTRAINT uq_push_batch UNIQUE (batch);
ALTER TABLE ONLY reminder
    ADD CONSTRAINT uq_reminder_obligation_id_occurrence_person_id_version UNIQUE (obligation_id, occurrence, person_id, version);
ALTER TABLE ONLY report
    ADD CONSTRAINT uq_report_obligation_id UNIQUE (obligation_id);
ALTER TABLE ONLY revision
    ADD CONSTRAINT uq_revision_report_id_number UNIQUE (report_id, number);
ALTER TABLE ONLY unit
    ADD CONSTRAINT uq_unit_committee_id_code UNIQUE (committee_id, code);
ALTER TABLE ONLY usage
    ADD CONSTRAINT uq_usage_bot_id_month UNIQUE (bot_id, month);
CREATE INDEX ix_account_alias_account_id ON account_alias USING btree (account_id);
CREATE INDEX ix_account_person_id ON account USING btree (person_id);
CREATE INDEX ix_account_stale_menu ON account USING btree (stale_menu);
CREATE INDEX ix_activity_committee_id ON activity USING btree (committee_id);
CREATE INDEX ix_activity_unit_id ON activity USING btree (unit_id);
CREATE INDEX ix_arts_committee_id ON arts USING btree (committee_id);
CREATE INDEX ix_arts_unit_id ON arts USING btree (unit_id);
CREATE INDEX ix_attachment_album ON attachment USING btree (album);
CREATE INDEX ix_attachment_committee_id ON attachment USING btree (committee_id);
CREATE INDEX ix_attachment_obligation_id ON attachment USING btree (obligation_id);
CREATE INDEX ix_audit_committee_id ON audit USING btree (committee_id);
CREATE INDEX ix_bot_committee_id ON bot USING btree (committee_id);
CREATE INDEX ix_branch_plan_committee_id ON branch_plan USING btree (committee_id);
CREATE INDEX ix_branch_plan_unit_id ON branch_plan USING btree (unit_id);
CREATE INDEX ix_broadcast_committee_id ON broadcast USING btree (committee_id);
CREATE INDEX ix_campaign_committee_id ON campaign USING btree (committee_id);
CREATE INDEX ix_conference_committee_id ON conference USING btree (committee_id);
CREATE INDEX ix_conference_item_id ON conference USING btree (item_id);
CREATE INDEX ix_conference_on_day ON conference USING btree (on_day);
CREATE INDEX ix_conference_report_id ON conference USING btree (report_id);
CREATE INDEX ix_conference_unit_id ON conference USING btree (unit_id);
CREATE INDEX ix_consent_person_id ON consent USING btree (person_id);
CREATE INDEX ix_day_override_committee_id ON day_override USING btree (committee_id);
CREATE INDEX ix_deadline_campaign_id ON deadline USING btree (campaign_id);
CREATE INDEX ix_deadline_committee_id ON deadline USING btree (committee_id);
CREATE INDEX ix_delivery_committee_id ON delivery USING btree (committee_id);
CREATE INDEX ix_delivery_distribution_id ON delivery USING btree (distribution_id);
CREATE INDEX ix_distribution_committee_id ON distribution USING btree (committee_id);
CREATE INDEX ix_due_coming ON due USING btree (due_at, id) WHERE (fired_at IS NULL);
CREATE INDEX ix_due_committee_id ON due USING btree (committee_id);
CREATE INDEX ix_due_obligation_id ON due USING btree (obligation_id);
CREATE INDEX ix_excerpt_campaign_id ON excerpt USING btree (campaign_id);
CREATE INDEX ix_excerpt_committee_id ON excerpt USING btree (committee_id);
CREATE INDEX ix_excuse_committee_id ON excuse USING btree (committee_id);
CREATE INDEX ix_excuse_obligation_id ON excuse USING btree (obligation_id);
CREATE INDEX ix_fix_committee_id ON fix USING btree (committee_id);
CREATE INDEX ix_fix_inspection_id ON fix USING btree (inspection_id);
CREATE INDEX ix_fix_state ON fix USING btree (state);
CREATE INDEX ix_fix_unit_id ON fix USING btree (unit_id);
CREATE INDEX ix_inbox_waiting ON inbox USING btree (bot_id, id) WHERE (done_at IS NULL);
CREATE INDEX ix_inspection_committee_id ON inspection USING btree (committee_id);
CREATE INDEX ix_inspection_unit_id ON inspection USING btree (unit_id);
CREATE INDEX ix_invitation_committee_id ON invitation USING btree (committee_id);
CREATE INDEX ix_issue_committee_id ON issue USING btree (committee_id);
CREATE INDEX ix_item_committee_id ON item USING btree (committee_id);
CREATE INDEX ix_item_obligation_id ON item USING btree (obligation_id);
CREATE INDEX ix_item_open ON item USING btree (committee_id, state, kind);
CREATE INDEX ix_job_coming ON job USING btree (not_before, id) WHERE ((state)::text = 'due'::text);
CREATE INDEX ix_job_committee_id ON job USING btree (committee_id);
CREATE INDEX ix_job_queue ON job USING btree (queue, state);
CREATE INDEX ix_job_state ON job USING btree (state, not_before);
CREATE INDEX ix_link_code_committee_id ON link_code USING btree (committee_id);
CREATE INDEX ix_link_code_person_id ON link_code USING btree (person_id);
CREATE INDEX ix_local_message_account ON local_message USING btree (account, version);
CREATE INDEX ix_notice_account_id ON notice USING btree (account_id);
CREATE INDEX ix_notice_batch ON notice USING btree (batch);
CREATE INDEX ix_notice_committee_id ON notice USING btree (committee_id);
CREATE INDEX ix_notice_person_id_told_at ON notice USING btree (person_id, told_at);
CREATE INDEX ix_obligation_committee_id ON obligation USING btree (committee_id);
CREATE INDEX ix_obligation_deadline_id ON obligation USING btree (deadline_id);
CREATE INDEX ix_obligation_unit_id ON obligation USING btree (unit_id);
CREATE INDEX ix_obligation_unplanned ON obligation USING btree (unplanned);
CREATE INDEX ix_outbox_notice_id ON outbox USING btree (notice_id);
CREATE INDEX ix_outbox_platform ON outbox USING btree (account_id, platform_id);
CREATE INDEX ix_outbox_pushes ON outbox USING btree (said_at, id) WHERE (NOT (((state)::text <> 'due'::text) OR (priority <= 1)));
CREATE INDEX ix_outbox_queue ON outbox USING btree (state, bot_id, priority, id);
CREATE INDEX ix_overwritten_committee_id ON overwritten USING btree (committee_id);
CREATE INDEX ix_overwritten_report_id ON overwritten USING btree (report_id);
CREATE INDEX ix_person_committee_id ON person USING btree (committee_id);
CREATE INDEX ix_portal_item_committee_id ON portal_item USING btree (committee_id);
CREATE INDEX ix_portal_item_report_id ON portal_item USING btree (report_id);
CREATE INDEX ix_portal_item_unit_id ON portal_item USING btree (unit_id);
CREATE INDEX ix_push_committee_id ON push USING btree (committee_id);
CREATE INDEX ix_reminder_day ON reminder USING btree (person_id, day);
CREATE INDEX ix_reminder_notice_id ON reminder USING btree (notice_id);
CREATE INDEX ix_reminder_obligation_id ON reminder USING btree (obligation_id);
CREATE INDEX ix_role_kind ON role USING btree (kind);
CREATE INDEX ix_role_person_id ON role USING btree (person_id);
CREATE INDEX ix_role_unit_id ON role USING btree (unit_id);
CREATE INDEX ix_signed_copy_committee_id ON signed_copy USING btree (committee_id);
CREATE INDEX ix_signed_copy_obligation_id ON signed_copy USING btree (obligation_id);
CREATE INDEX ix_standstill_committee_id ON standstill USING btree (committee_id);
CREATE INDEX ix_template_committee_id ON template USING btree (committee_id);
CREATE INDEX ix_unit_committee_id ON unit USING btree (committee_id);
CREATE INDEX ix_unit_unplanned ON unit USING btree (unplanned);
CREATE INDEX ix_words_apart_committee_id ON words_apart USING btree (committee_id);
CREATE INDEX ix_words_apart_obligation_id ON words_apart USING btree (obligation_id);
CREATE INDEX ix_wrong_code_at ON wrong_code USING btree (at);
CREATE INDEX ix_wrong_code_committee_id ON wrong_code USING btree (committee_id);
CREATE TRIGGER audit_kept BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
ALTER TABLE ONLY account_alias
    ADD CONSTRAINT fk_account_alias_account_id_account FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE ONLY account_alias
    ADD CONSTRAINT fk_account_alias_bot_id_bot FOREIGN KEY (bot_id) REFERENCES bot(id);
ALTER TABLE ONLY account
    ADD CONSTRAINT fk_account_bot_id FOREIGN KEY (bot_id) REFERENCES bot(id);
ALTER TABLE ONLY account
    ADD CONSTRAINT fk_account_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY activity
    ADD CONSTRAINT fk_activity_attachment_id_attachment FOREIGN KEY (attachment_id) REFERENCES attachment(id);
ALTER TABLE ONLY activity
    ADD CONSTRAINT fk_activity_campaign_id FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY activity
    ADD CONSTRAINT fk_activity_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY activity
    ADD CONSTRAINT fk_activity_excerpt_id FOREIGN KEY (excerpt_id) REFERENCES excerpt(id);
ALTER TABLE ONLY activity
    ADD CONSTRAINT fk_activity_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY activity
    ADD CONSTRAINT fk_activity_unit_id FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY arts
    ADD CONSTRAINT fk_arts_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY arts
    ADD CONSTRAINT fk_arts_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY arts
    ADD CONSTRAINT fk_arts_person_id_person FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY arts
    ADD CONSTRAINT fk_arts_unit_id_unit FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY attachment
    ADD CONSTRAINT fk_attachment_bot_id FOREIGN KEY (bot_id) REFERENCES bot(id);
ALTER TABLE ONLY attachment
    ADD CONSTRAINT fk_attachment_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY attachment
    ADD CONSTRAINT fk_attachment_obligation_id FOREIGN KEY (obligation_id) REFERENCES obligation(id);
ALTER TABLE ONLY attachment
    ADD CONSTRAINT fk_attachment_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY attachment
    ADD CONSTRAINT fk_attachment_unit_id FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY audit
    ADD CONSTRAINT fk_audit_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY audit
    ADD CONSTRAINT fk_audit_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY bot
    ADD CONSTRAINT fk_bot_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY branch_plan
    ADD CONSTRAINT fk_branch_plan_attachment_id_attachment FOREIGN KEY (attachment_id) REFERENCES attachment(id);
ALTER TABLE ONLY branch_plan
    ADD CONSTRAINT fk_branch_plan_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY branch_plan
    ADD CONSTRAINT fk_branch_plan_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY branch_plan
    ADD CONSTRAINT fk_branch_plan_person_id_person FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY branch_plan
    ADD CONSTRAINT fk_branch_plan_unit_id_unit FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY broadcast
    ADD CONSTRAINT fk_broadcast_attachment_id_attachment FOREIGN KEY (attachment_id) REFERENCES attachment(id);
ALTER TABLE ONLY broadcast
    ADD CONSTRAINT fk_broadcast_by_id_person FOREIGN KEY (by_id) REFERENCES person(id);
ALTER TABLE ONLY broadcast
    ADD CONSTRAINT fk_broadcast_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY broadcast
    ADD CONSTRAINT fk_broadcast_deadline_id_deadline FOREIGN KEY (deadline_id) REFERENCES deadline(id);
ALTER TABLE ONLY campaign
    ADD CONSTRAINT fk_campaign_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT fk_conference_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT fk_conference_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT fk_conference_invited_id_person FOREIGN KEY (invited_id) REFERENCES person(id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT fk_conference_item_id_item FOREIGN KEY (item_id) REFERENCES item(id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT fk_conference_makeup_of_id_conference FOREIGN KEY (makeup_of_id) REFERENCES conference(id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT fk_conference_person_id_person FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT fk_conference_report_id_report FOREIGN KEY (report_id) REFERENCES report(id);
ALTER TABLE ONLY conference
    ADD CONSTRAINT fk_conference_unit_id_unit FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY consent
    ADD CONSTRAINT fk_consent_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY conversation
    ADD CONSTRAINT fk_conversation_account_id FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE ONLY day_override
    ADD CONSTRAINT fk_day_override_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY deadline
    ADD CONSTRAINT fk_deadline_campaign_id FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY deadline
    ADD CONSTRAINT fk_deadline_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY delivery
    ADD CONSTRAINT fk_delivery_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY delivery
    ADD CONSTRAINT fk_delivery_distribution_id_distribution FOREIGN KEY (distribution_id) REFERENCES distribution(id);
ALTER TABLE ONLY delivery
    ADD CONSTRAINT fk_delivery_person_id_person FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY delivery
    ADD CONSTRAINT fk_delivery_recorded_by_id_person FOREIGN KEY (recorded_by_id) REFERENCES person(id);
ALTER TABLE ONLY delivery
    ADD CONSTRAINT fk_delivery_unit_id_unit FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY distribution
    ADD CONSTRAINT fk_distribution_attachment_id_attachment FOREIGN KEY (attachment_id) REFERENCES attachment(id);
ALTER TABLE ONLY distribution
    ADD CONSTRAINT fk_distribution_by_id_person FOREIGN KEY (by_id) REFERENCES person(id);
ALTER TABLE ONLY distribution
    ADD CONSTRAINT fk_distribution_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY distribution
    ADD CONSTRAINT fk_distribution_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY due
    ADD CONSTRAINT fk_due_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY due
    ADD CONSTRAINT fk_due_obligation_id FOREIGN KEY (obligation_id) REFERENCES obligation(id);
ALTER TABLE ONLY excerpt
    ADD CONSTRAINT fk_excerpt_added_by_id FOREIGN KEY (added_by_id) REFERENCES person(id);
ALTER TABLE ONLY excerpt
    ADD CONSTRAINT fk_excerpt_approved_by_id FOREIGN KEY (approved_by_id) REFERENCES person(id);
ALTER TABLE ONLY excerpt
    ADD CONSTRAINT fk_excerpt_campaign_id FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY excerpt
    ADD CONSTRAINT fk_excerpt_checked_by_id FOREIGN KEY (checked_by_id) REFERENCES person(id);
ALTER TABLE ONLY excerpt
    ADD CONSTRAINT fk_excerpt_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY excuse
    ADD CONSTRAINT fk_excuse_by_id_person FOREIGN KEY (by_id) REFERENCES person(id);
ALTER TABLE ONLY excuse
    ADD CONSTRAINT fk_excuse_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY excuse
    ADD CONSTRAINT fk_excuse_obligation_id_obligation FOREIGN KEY (obligation_id) REFERENCES obligation(id);
ALTER TABLE ONLY excuse
    ADD CONSTRAINT fk_excuse_undone_by_id_person FOREIGN KEY (undone_by_id) REFERENCES person(id);
ALTER TABLE ONLY fix
    ADD CONSTRAINT fk_fix_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY fix
    ADD CONSTRAINT fk_fix_confirmed_by_id_person FOREIGN KEY (confirmed_by_id) REFERENCES person(id);
ALTER TABLE ONLY fix
    ADD CONSTRAINT fk_fix_fixed_by_id_person FOREIGN KEY (fixed_by_id) REFERENCES person(id);
ALTER TABLE ONLY fix
    ADD CONSTRAINT fk_fix_inspection_id_inspection FOREIGN KEY (inspection_id) REFERENCES inspection(id);
ALTER TABLE ONLY fix
    ADD CONSTRAINT fk_fix_unit_id_unit FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY form
    ADD CONSTRAINT fk_form_campaign_id FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY headcount
    ADD CONSTRAINT fk_headcount_unit_id FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY inbox
    ADD CONSTRAINT fk_inbox_bot_id FOREIGN KEY (bot_id) REFERENCES bot(id);
ALTER TABLE ONLY inspection
    ADD CONSTRAINT fk_inspection_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY inspection
    ADD CONSTRAINT fk_inspection_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY inspection
    ADD CONSTRAINT fk_inspection_person_id_person FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY inspection
    ADD CONSTRAINT fk_inspection_unit_id_unit FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY invitation
    ADD CONSTRAINT fk_invitation_bot_id_bot FOREIGN KEY (bot_id) REFERENCES bot(id);
ALTER TABLE ONLY invitation
    ADD CONSTRAINT fk_invitation_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY invitation
    ADD CONSTRAINT fk_invitation_invited_by_id FOREIGN KEY (invited_by_id) REFERENCES person(id);
ALTER TABLE ONLY invitation
    ADD CONSTRAINT fk_invitation_unit_id FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY invitation
    ADD CONSTRAINT fk_invitation_used_by_id FOREIGN KEY (used_by_id) REFERENCES person(id);
ALTER TABLE ONLY issue
    ADD CONSTRAINT fk_issue_by_id_person FOREIGN KEY (by_id) REFERENCES person(id);
ALTER TABLE ONLY issue
    ADD CONSTRAINT fk_issue_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY issue
    ADD CONSTRAINT fk_issue_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY issue
    ADD CONSTRAINT fk_issue_file_id_attachment FOREIGN KEY (file_id) REFERENCES attachment(id);
ALTER TABLE ONLY issue
    ADD CONSTRAINT fk_issue_words_id_attachment FOREIGN KEY (words_id) REFERENCES attachment(id);
ALTER TABLE ONLY item
    ADD CONSTRAINT fk_item_attachment_id FOREIGN KEY (attachment_id) REFERENCES attachment(id);
ALTER TABLE ONLY item
    ADD CONSTRAINT fk_item_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY item
    ADD CONSTRAINT fk_item_obligation_id FOREIGN KEY (obligation_id) REFERENCES obligation(id);
ALTER TABLE ONLY item
    ADD CONSTRAINT fk_item_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY item
    ADD CONSTRAINT fk_item_taken_by_id FOREIGN KEY (taken_by_id) REFERENCES person(id);
ALTER TABLE ONLY item
    ADD CONSTRAINT fk_item_unit_id FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY job
    ADD CONSTRAINT fk_job_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY link_code
    ADD CONSTRAINT fk_link_code_account_id_account FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE ONLY link_code
    ADD CONSTRAINT fk_link_code_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY link_code
    ADD CONSTRAINT fk_link_code_person_id_person FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY notice
    ADD CONSTRAINT fk_notice_account_id FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE ONLY notice
    ADD CONSTRAINT fk_notice_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY notice
    ADD CONSTRAINT fk_notice_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY obligation
    ADD CONSTRAINT fk_obligation_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY obligation
    ADD CONSTRAINT fk_obligation_deadline_id FOREIGN KEY (deadline_id) REFERENCES deadline(id);
ALTER TABLE ONLY obligation
    ADD CONSTRAINT fk_obligation_unit_id FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY outbox
    ADD CONSTRAINT fk_outbox_account_id FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE ONLY outbox
    ADD CONSTRAINT fk_outbox_attachment_id FOREIGN KEY (attachment_id) REFERENCES attachment(id);
ALTER TABLE ONLY outbox
    ADD CONSTRAINT fk_outbox_bot_id FOREIGN KEY (bot_id) REFERENCES bot(id);
ALTER TABLE ONLY outbox
    ADD CONSTRAINT fk_outbox_notice_id FOREIGN KEY (notice_id) REFERENCES notice(id);
ALTER TABLE ONLY outbox
    ADD CONSTRAINT fk_outbox_replaces_id FOREIGN KEY (replaces_id) REFERENCES outbox(id);
ALTER TABLE ONLY overwritten
    ADD CONSTRAINT fk_overwritten_by_id_person FOREIGN KEY (by_id) REFERENCES person(id);
ALTER TABLE ONLY overwritten
    ADD CONSTRAINT fk_overwritten_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY overwritten
    ADD CONSTRAINT fk_overwritten_report_id_report FOREIGN KEY (report_id) REFERENCES report(id);
ALTER TABLE ONLY person
    ADD CONSTRAINT fk_person_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY portal_item
    ADD CONSTRAINT fk_portal_item_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES campaign(id);
ALTER TABLE ONLY portal_item
    ADD CONSTRAINT fk_portal_item_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY portal_item
    ADD CONSTRAINT fk_portal_item_person_id_person FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY portal_item
    ADD CONSTRAINT fk_portal_item_report_id_report FOREIGN KEY (report_id) REFERENCES report(id);
ALTER TABLE ONLY portal_item
    ADD CONSTRAINT fk_portal_item_unit_id_unit FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY push
    ADD CONSTRAINT fk_push_by_id_person FOREIGN KEY (by_id) REFERENCES person(id);
ALTER TABLE ONLY push
    ADD CONSTRAINT fk_push_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY push
    ADD CONSTRAINT fk_push_stopped_by_id_person FOREIGN KEY (stopped_by_id) REFERENCES person(id);
ALTER TABLE ONLY reminder
    ADD CONSTRAINT fk_reminder_notice_id FOREIGN KEY (notice_id) REFERENCES notice(id);
ALTER TABLE ONLY reminder
    ADD CONSTRAINT fk_reminder_obligation_id FOREIGN KEY (obligation_id) REFERENCES obligation(id);
ALTER TABLE ONLY reminder
    ADD CONSTRAINT fk_reminder_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY reminder
    ADD CONSTRAINT fk_reminder_replied_by_id FOREIGN KEY (replied_by_id) REFERENCES person(id);
ALTER TABLE ONLY report
    ADD CONSTRAINT fk_report_form_id FOREIGN KEY (form_id) REFERENCES form(id);
ALTER TABLE ONLY report
    ADD CONSTRAINT fk_report_obligation_id FOREIGN KEY (obligation_id) REFERENCES obligation(id);
ALTER TABLE ONLY report
    ADD CONSTRAINT fk_report_reviewer_id FOREIGN KEY (reviewer_id) REFERENCES person(id);
ALTER TABLE ONLY revision
    ADD CONSTRAINT fk_revision_report_id FOREIGN KEY (report_id) REFERENCES report(id);
ALTER TABLE ONLY revision
    ADD CONSTRAINT fk_revision_sent_by_id FOREIGN KEY (sent_by_id) REFERENCES person(id);
ALTER TABLE ONLY role
    ADD CONSTRAINT fk_role_person_id FOREIGN KEY (person_id) REFERENCES person(id);
ALTER TABLE ONLY role
    ADD CONSTRAINT fk_role_unit_id FOREIGN KEY (unit_id) REFERENCES unit(id);
ALTER TABLE ONLY signed_copy
    ADD CONSTRAINT fk_signed_copy_by_id_person FOREIGN KEY (by_id) REFERENCES person(id);
ALTER TABLE ONLY signed_copy
    ADD CONSTRAINT fk_signed_copy_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY signed_copy
    ADD CONSTRAINT fk_signed_copy_obligation_id_obligation FOREIGN KEY (obligation_id) REFERENCES obligation(id);
ALTER TABLE ONLY standstill
    ADD CONSTRAINT fk_standstill_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY template
    ADD CONSTRAINT fk_template_added_by_id_person FOREIGN KEY (added_by_id) REFERENCES person(id);
ALTER TABLE ONLY template
    ADD CONSTRAINT fk_template_attachment_id_attachment FOREIGN KEY (attachment_id) REFERENCES attachment(id);
ALTER TABLE ONLY template
    ADD CONSTRAINT fk_template_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY unit
    ADD CONSTRAINT fk_unit_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY unit
    ADD CONSTRAINT fk_unit_merged_into_id FOREIGN KEY (merged_into_id) REFERENCES unit(id);
ALTER TABLE ONLY usage
    ADD CONSTRAINT fk_usage_bot_id_bot FOREIGN KEY (bot_id) REFERENCES bot(id);
ALTER TABLE ONLY words_apart
    ADD CONSTRAINT fk_words_apart_by_id_person FOREIGN KEY (by_id) REFERENCES person(id);
ALTER TABLE ONLY words_apart
    ADD CONSTRAINT fk_words_apart_committee_id_committee FOREIGN KEY (committee_id) REFERENCES committee(id);
ALTER TABLE ONLY words_apart
    ADD CONSTRAINT fk_words_apart_obligation_id_obligation FOREIGN KEY (obligation_id) REFERENCES obligation(id);
ALTER TABLE ONLY wrong_code
    ADD CONSTRAINT fk_wrong_code_account_id FOREIGN KEY (account_id) REFERENCES account(id);
ALTER TABLE ONLY wrong_code
    ADD CONSTRAINT fk_wrong_code_committee_id FOREIGN KEY (committee_id) REFERENCES committee(id);
