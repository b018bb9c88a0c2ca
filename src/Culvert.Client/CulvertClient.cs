using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Culvert.Client.Following;
using Culvert.Protocol.Rooms;

namespace Culvert.Client;

/// <summary>Talks to one Culvert server: publishes, follows rooms and streams, manages users.</summary>
/// <remarks>
/// Thread-safe; make one for each server and keep it. A publish that fails in a way that may pass is sent again with
/// the same key, so it happens exactly once (<see cref="CulvertClientOptions.RetryFor"/>).
/// </remarks>
/// <example>
/// <code>
/// using var client = new CulvertClient(new Uri("http://127.0.0.1:8080"), new() { Token = token });
/// await client.PublishAsync("lobby", "hello");
/// await foreach (var e in client.Follow("lobby", Since.Last(50)))
/// {
///     Console.WriteLine($"{e.Ev} {e.From}: {e.ReadText()}");
/// }
/// </code>
/// </example>
public sealed class CulvertClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly CulvertClientOptions _options;
    private readonly ApiSender _sender;

    /// <summary>Makes a client with connections of its own, which <see cref="Dispose"/> closes.</summary>
    /// <param name="baseAddress">The server, such as <c>http://127.0.0.1:8080</c>; a path is kept as a prefix.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The address is not an absolute http or https URL.</exception>
    public CulvertClient(Uri baseAddress, CulvertClientOptions? options = null)
        : this(baseAddress, NewHttp(baseAddress), options, ownsHttp: true)
    {
    }

    /// <summary>Makes a client on connections of the caller, who stays their owner.</summary>
    /// <param name="baseAddress">The server; the <see cref="HttpClient.BaseAddress"/> is not used.</param>
    /// <param name="http">
    /// Set its <see cref="HttpClient.Timeout"/> to <see cref="Timeout.InfiniteTimeSpan"/>: the client has time-outs of
    /// its own, and that one would cut an attempt without saying so.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The address is not an absolute http or https URL.</exception>
    public CulvertClient(Uri baseAddress, HttpClient http, CulvertClientOptions? options = null)
        : this(baseAddress, http, options, ownsHttp: false)
    {
    }

    private CulvertClient(Uri baseAddress, HttpClient http, CulvertClientOptions? options, bool ownsHttp)
    {
        ArgumentNullException.ThrowIfNull(http);
        _http = http;
        _ownsHttp = ownsHttp;
        _options = options ?? new CulvertClientOptions();
        _sender = new ApiSender(http, WithSlash(baseAddress), _options);
    }

    /// <summary>The server.</summary>
    public Uri BaseAddress => _sender.BaseAddress;

    /// <summary>Publishes a text to a room; returns once it is committed.</summary>
    /// <param name="room">The room.</param>
    /// <param name="text">The text; it becomes <c>{"text":…}</c>.</param>
    /// <param name="key">See <see cref="OutgoingMessage.Key"/>.</param>
    /// <param name="ifOffset">See <see cref="OutgoingMessage.IfOffset"/>.</param>
    /// <param name="cancellationToken">Gives up; the message may have been published.</param>
    /// <returns>Where the message stands; <see cref="PublishReply.Dup"/> when it was there already.</returns>
    /// <exception cref="CulvertConnectException">No answer for <see cref="CulvertClientOptions.RetryFor"/>.</exception>
    /// <exception cref="CulvertProblemException">The server refused.</exception>
    public Task<PublishReply> PublishAsync(
        string room,
        string text,
        string? key = null,
        long? ifOffset = null,
        CancellationToken cancellationToken = default) =>
        PublishAsync(room, OutgoingMessage.FromText(text) with { Key = key, IfOffset = ifOffset }, cancellationToken);

    /// <inheritdoc cref="PublishAsync(string, string, string, long?, CancellationToken)"/>
    /// <param name="room">The room.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up; the message may have been published.</param>
    public Task<PublishReply> PublishAsync(
        string room, OutgoingMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentNullException.ThrowIfNull(message);
        var request = PublishRequest.Of(_sender, room, message);
        return _sender.SendAsync(request.Make, RoomJson.Default.PublishReply, isSafeToRepeat: true, cancellationToken);
    }

    /// <summary>Publishes several messages in order, as one commit, without another message between.</summary>
    /// <param name="room">The room.</param>
    /// <param name="messages">1 to 1000 messages.</param>
    /// <param name="cancellationToken">Gives up; the messages may have been published.</param>
    /// <returns>One reply for each message, in their order.</returns>
    /// <exception cref="CulvertConnectException">No answer for <see cref="CulvertClientOptions.RetryFor"/>.</exception>
    /// <exception cref="CulvertProblemException">
    /// The server refused. With <c>key_conflict</c> and <c>offset_mismatch</c> it is about the message whose number
    /// <see cref="CulvertProblemException.Why"/> names, and the others may have been published: send them again with
    /// the same keys to learn where they stand. With every other code nothing was published.
    /// </exception>
    public async Task<IReadOnlyList<PublishReply>> PublishAsync(
        string room, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentOutOfRangeException.ThrowIfZero(messages.Count);
        var request = PublishRequest.Of(_sender, room, messages);
        var replies = await _sender.SendAsync(
            request.Make,
            ClientBodies.Default.BatchReplyArray,
            isSafeToRepeat: true,
            cancellationToken).ConfigureAwait(false);
        return BatchReply.ToReplies(replies);
    }

    /// <summary>Reads a page of a room's messages, as they are now: the way back from the newest ones.</summary>
    /// <param name="room">The room.</param>
    /// <param name="before">
    /// Only messages with a lower number; null, the default, for the newest. The page before a page is the one before
    /// the <see cref="RoomEvent.Seq"/> of its first message.
    /// </param>
    /// <param name="limit">At most so many, 1 to 500. Default 50, the server's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CulvertConnectException">No answer for <see cref="CulvertClientOptions.RetryFor"/>.</exception>
    /// <exception cref="CulvertProblemException">The server refused, as with <c>not_found</c>.</exception>
    public async Task<RoomPage> ReadPageAsync(
        string room, long? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        var anchor = before is null ? "" : string.Create(CultureInfo.InvariantCulture, $"&before={before}");
        var path = string.Create(
            CultureInfo.InvariantCulture, $"v1/rooms/{Uri.EscapeDataString(room)}/events?limit={limit}{anchor}");
        var body = await _sender.SendAsync(
            () =>
            {
                var request = _sender.Request(HttpMethod.Get, path);
                request.Headers.Accept.ParseAdd("application/json");
                return request;
            },
            ClientBodies.Default.PageReply,
            isSafeToRepeat: true,
            cancellationToken).ConfigureAwait(false);
        return body.ToPage();
    }

    /// <summary>Makes a room.</summary>
    /// <param name="name">1 to 64 characters; docs/protocol.md, "Names", says which.</param>
    /// <param name="kind"><c>public</c>, <c>private</c> or <c>direct</c>; null for <c>public</c>.</param>
    /// <param name="topic">The topic; null for none.</param>
    /// <param name="cancellationToken">Gives up; the room may have been made.</param>
    /// <exception cref="CulvertConnectException">No server answered; it is not tried again.</exception>
    /// <exception cref="CulvertProblemException">The server refused, as with <c>name_taken</c>.</exception>
    public Task<RoomInfo> CreateRoomAsync(
        string name, string? kind = null, string? topic = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var body = new CreateRoom { Name = name, Kind = kind, Topic = topic };
        // As with accounts: a repetition would say "taken" about the room just made.
        var make = Post("v1/rooms", body, RoomJson.Default.CreateRoom);
        return _sender.SendAsync(make, RoomJson.Default.RoomInfo, isSafeToRepeat: false, cancellationToken);
    }

    /// <summary>Follows the events of a room.</summary>
    /// <param name="room">The room.</param>
    /// <param name="since">
    /// Where to begin; now by default. <c>Since.TryParse</c> reads a <see cref="Follower{T}.Cursor"/> that was kept.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>Something to enumerate; see <see cref="Follower{T}"/> for its ends.</returns>
    public Follower<RoomEvent> Follow(string room, Since since = default, FollowOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        var path = $"v1/rooms/{Uri.EscapeDataString(room)}/events?since={Uri.EscapeDataString(since.ToString())}";
        return Follow(new Uri(BaseAddress, path), options);
    }

    /// <summary>Follows the events at an address of one room or several: <c>/v1/events?room=a&amp;room=b</c>.</summary>
    /// <param name="address">
    /// The address, relative to the server's or absolute. The token is sent there: see to it that it is the same
    /// server.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>Something to enumerate; see <see cref="Follower{T}"/> for its ends.</returns>
    public Follower<RoomEvent> Follow(Uri address, FollowOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new FollowOptions();
        var absolute = new Uri(BaseAddress, address);
        var reading = new RoomReading(absolute, StreamAddress.IsRoom(absolute), options.Live);
        return new Follower<RoomEvent>(_sender, reading, options, _options);
    }

    /// <summary>
    /// Follows any stream of lines (NDJSON, <c>text/plain</c>) or events (<c>text/event-stream</c>), whatever they
    /// hold. After a break events with ids go on after the last; other streams begin where their server begins.
    /// </summary>
    /// <inheritdoc cref="Follow(Uri, FollowOptions)"/>
    public Follower<StreamLine> FollowLines(Uri address, FollowOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new FollowOptions();
        var reading = new PlainReading(new Uri(BaseAddress, address), options.Live);
        return new Follower<StreamLine>(_sender, reading, options, _options);
    }

    /// <summary>Makes an account.</summary>
    /// <param name="name">1 to 32 characters.</param>
    /// <param name="password">At least 8 characters with the server's defaults.</param>
    /// <param name="role"><c>owner</c>, <c>moderator</c> or <c>member</c>; null for <c>member</c>.</param>
    /// <param name="cancellationToken">Gives up; the account may have been made.</param>
    /// <exception cref="CulvertConnectException">No server answered; it is not tried again.</exception>
    /// <exception cref="CulvertProblemException">The server refused, as with <c>name_taken</c>.</exception>
    public async Task AddUserAsync(
        string name, string password, string? role = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(password);
        var body = new UserBody { Name = name, Password = password, Role = role };
        // A repetition after a lost answer would say "taken" about the account just made.
        var make = Post("v1/users", body, RoomJson.Default.UserBody);
        await _sender.SendAsync(make, isSafeToRepeat: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives an account a new password.</summary>
    /// <param name="name">The account.</param>
    /// <param name="password">The new password.</param>
    /// <param name="cancellationToken">Gives up; the password may have been changed.</param>
    /// <exception cref="CulvertConnectException">No answer for <see cref="CulvertClientOptions.RetryFor"/>.</exception>
    /// <exception cref="CulvertProblemException">The server refused, as with <c>not_found</c>.</exception>
    public async Task ResetPasswordAsync(string name, string password, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(password);
        var make = Post(
            $"v1/users/{Uri.EscapeDataString(name)}/password",
            new PasswordBody(password),
            ClientBodies.Default.PasswordBody);
        await _sender.SendAsync(make, isSafeToRepeat: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the accounts.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All accounts, by name; one request for each page.</returns>
    /// <exception cref="CulvertConnectException">No answer for <see cref="CulvertClientOptions.RetryFor"/>.</exception>
    /// <exception cref="CulvertProblemException">The server refused.</exception>
    public async Task<IReadOnlyList<UserInfo>> ListUsersAsync(CancellationToken cancellationToken = default)
    {
        var users = new List<UserInfo>();
        for (var path = "v1/users"; ;)
        {
            var page = await _sender.SendAsync(
                () => _sender.Request(HttpMethod.Get, path),
                ClientBodies.Default.UserList,
                isSafeToRepeat: true,
                cancellationToken).ConfigureAwait(false);
            users.AddRange(page.Users);
            // A page that is empty and not the last would go on for ever.
            if (page is { Next: null } or { Users.Count: 0 })
            {
                return users;
            }

            path = $"v1/users?after={Uri.EscapeDataString(page.Next)}";
        }
    }

    /// <summary>Closes the connections, if they are the client's own; followers break.</summary>
    public void Dispose()
    {
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    private Func<HttpRequestMessage> Post<T>(string path, T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        return () =>
        {
            var request = _sender.Request(HttpMethod.Post, path);
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return request;
        };
    }

    private static HttpClient NewHttp(Uri baseAddress)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        var handler = new SocketsHttpHandler
        {
            // A redirected POST would become a GET, and the token would go where nobody meant it to.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            // Whoever sets a proxy for the internet does not mean this machine.
            UseProxy = !(baseAddress.IsAbsoluteUri && baseAddress.IsLoopback),
            // Long enough to be rare, short enough to see a server that moved.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // By default a stream that was left is read on for 2 s to save its connection, and the server sees no end.
            MaxResponseDrainSize = 0,
            // An id of an event stream may be any text (WHATWG HTML §9.2.4).
            RequestHeaderEncodingSelector = static (name, _) => name == "Last-Event-ID" ? Encoding.UTF8 : null,
        };
        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static Uri WithSlash(Uri baseAddress)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        if (!baseAddress.IsAbsoluteUri || baseAddress.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException("The address must be an absolute http or https URL.", nameof(baseAddress));
        }

        var text = baseAddress.GetLeftPart(UriPartial.Path);
        return new Uri(text.EndsWith('/') ? text : text + "/");
    }
}
