namespace Culvert.Server.Accounts;

/// <summary>Who may sign in, how long that lasts, and how often it may be tried.</summary>
public sealed record AccountOptions
{
    /// <summary>
    /// Who may make an account. Default <see cref="RegistrationPolicy.Invite"/>: a server that has just been started
    /// somewhere must not take strangers in.
    /// </summary>
    public RegistrationPolicy Registration { get; init; } = RegistrationPolicy.Invite;

    /// <summary>
    /// Rounds of PBKDF2-HMAC-SHA512, 10,000 to 10,000,000. Default 210,000, what OWASP asks for. A password stored
    /// with fewer rounds is hashed again when its user signs in.
    /// </summary>
    public int PasswordIterations { get; init; } = 210_000;

    /// <summary>
    /// Threads that hash passwords, 1 to 64. Default one less than there are processors, at least 1: a hash takes a
    /// processor for a tenth of a second, and messages have to go on.
    /// </summary>
    public int PasswordThreads { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>
    /// Passwords that may wait to be hashed, 1 to 10,000. Default 32: about as many as are done before a person at
    /// the end of the queue would give up. Beyond it signing in answers 503.
    /// </summary>
    public int PasswordQueue { get; init; } = 32;

    /// <summary>
    /// Failed sign-ins that an account, and likewise an address, may have within <see cref="SignInWindow"/>, 1 to
    /// 10,000. Default 10.
    /// </summary>
    public int SignInFailures { get; init; } = 10;

    /// <summary>The time in which <see cref="SignInFailures"/> are forgiven, 1 s to 1 day. Default 5 minutes.</summary>
    public TimeSpan SignInWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Failed sign-ins of the whole server within <see cref="SignInWindow"/>, 10 to 1,000,000. Default 1,000: bounds
    /// guessing that is spread over many addresses and accounts.
    /// </summary>
    public int SignInFailuresOverall { get; init; } = 1_000;

    /// <summary>
    /// Accounts that an address may make within an hour, 1 to 100,000. Default 10. Owners are not counted.
    /// </summary>
    public int RegistrationsPerHour { get; init; } = 10;

    /// <summary>How long an unused session lives, 1 minute to 400 days. Default 30 days.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long any session lives, however much it is used, 1 minute to 400 days. Default 180 days.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromDays(180);

    /// <summary>
    /// How long after typing the password an owner may change other accounts without typing it again, 1 minute to
    /// 1 day. Default 10 minutes: enough for a round of changes, too short for a browser that was left open.
    /// </summary>
    public TimeSpan RecentSignIn { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Sessions a user may have at once, 1 to 1,000. Default 50. One more ends the one that was longest unused.
    /// </summary>
    public int SessionsPerUser { get; init; } = 50;

    /// <summary>API tokens a user may have at once, 1 to 10,000. Default 100.</summary>
    public int TokensPerUser { get; init; } = 100;

    /// <summary>
    /// Sessions and tokens kept in memory, 100 to 10,000,000. Default 20,000, about 10 MB: one more costs a read of
    /// the database when it is used.
    /// </summary>
    public int CredentialCache { get; init; } = 20_000;

    /// <summary>
    /// How long a session or token is believed before the database is asked again, 1 s to 1 hour. Default 1 minute.
    /// Matters only for changes made by another process: this one's own take effect at once.
    /// </summary>
    public TimeSpan CredentialRefresh { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a ticket can be used, 1 to 30 s. Default 30 s.</summary>
    public TimeSpan TicketLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Unused tickets of the whole server, 10 to 1,000,000. Default 10,000.</summary>
    public int Tickets { get; init; } = 10_000;

    /// <summary>Unused tickets of one user, 1 to 10,000. Default 50.</summary>
    public int TicketsPerUser { get; init; } = 50;

    /// <summary>
    /// Origins, besides the server's own, whose pages may use a signed-in browser, such as
    /// <c>https://app.example</c>. Default none.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];
}
