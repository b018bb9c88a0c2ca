using System.Globalization;
using Culvert.Client.Following;
using Culvert.Protocol.Ndjson;
using Culvert.Protocol.Rooms;

namespace Culvert.Client;

/// <summary>
/// A stream to enumerate with <c>await foreach</c>. It survives breaks: it comes back by itself, goes on after the last
/// item, and delivers nothing twice.
/// </summary>
/// <remarks>
/// <para>
/// Made by <see cref="CulvertClient"/>; nothing is sent before the enumeration starts. Leaving the loop closes the
/// connection. Only one enumeration at a time; a second one goes on where the first stopped. The properties may be read
/// from any thread.
/// </para>
/// <para>
/// What the server or the network does is never silent: a proper end ends the loop, everything else throws what
/// <see cref="FollowEndKind"/> names, and <see cref="End"/> has the details of either. Events that are gone for good
/// come as an event themselves, <c>gap</c>.
/// </para>
/// <para>
/// Delays between attempts are random up to a bound that doubles from 0.5 s to 30 s, on top of what the server asks for
/// (<c>after_ms</c>, <c>Retry-After</c>, <c>retry:</c>), and start small again after a minute of health. Up to five
/// redirects are followed, and the token is not sent to another origin.
/// </para>
/// </remarks>
/// <typeparam name="T"><see cref="RoomEvent"/> or <see cref="StreamLine"/>.</typeparam>
public sealed class Follower<T> : IAsyncEnumerable<T>
    where T : class
{
    private const int MaxRedirects = 5;
    private const string NoMore = "the server has no more";

    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(60);

    private readonly ApiSender _sender;
    private readonly IStreamReading<T> _reading;
    private readonly FollowOptions _options;
    private readonly CulvertClientOptions _client;
    private bool _everConnected;
    private bool _isEventStream;
    private TimeSpan? _retry;

    internal Follower(ApiSender sender, IStreamReading<T> reading, FollowOptions options, CulvertClientOptions client)
    {
        _sender = sender;
        _reading = reading;
        _options = options;
        _client = client;
        _isEventStream = options.PreferEventStream;
    }

    /// <summary>
    /// The cursor after the last item, to go on from in another process; null while there is none. Within the loop it
    /// counts the current item: keep it when the item is dealt with.
    /// </summary>
    public string? Cursor => _reading.Cursor;

    /// <summary>How the enumeration ended; null before, and after it was cancelled or left.</summary>
    public FollowEnd? End { get; private set; }

    /// <summary>Follows the stream.</summary>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CulvertConnectException">
    /// No server answered the first attempt, or any with <see cref="FollowOptions.Reconnect"/> off.
    /// </exception>
    /// <exception cref="CulvertProblemException">The server refused, now or when coming back.</exception>
    /// <exception cref="CulvertStreamBrokenException">
    /// The stream broke or fell silent, and <see cref="FollowOptions.Reconnect"/> is off.
    /// </exception>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var backoff = new Backoff(_client.Random);
        while (true)
        {
            End = null;
            var (connection, stop) = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            var openedAt = _client.TimeProvider.GetTimestamp();
            if (connection is not null)
            {
                await using (connection.ConfigureAwait(false))
                {
                    while (stop is null)
                    {
                        var found = Next(connection, out var item, out stop);
                        if (item is not null)
                        {
                            yield return item;
                        }
                        else if (!found && stop is null)
                        {
                            stop = await FillAsync(connection, cancellationToken).ConfigureAwait(false);
                        }
                    }

                    // As an event source does, for every attempt from now on.
                    _retry = connection.Retry ?? _retry;
                }
            }

            if (stop is { Final: { } end })
            {
                End = end;
                if (end.Error is { } error)
                {
                    throw error;
                }

                yield break;
            }

            if (connection is not null && _client.TimeProvider.GetElapsedTime(openedAt) >= Healthy)
            {
                backoff.Reset();
            }

            await PauseAsync(stop, backoff, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(StreamConnection? Connection, StreamStop? Stop)> ConnectAsync(
        CancellationToken cancellationToken)
    {
        var address = _reading.Address;
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                using var request = Request(address);
                var answer = await _sender.OpenAsync(request, cancellationToken).ConfigureAwait(false);
                if (StreamAddress.AfterRedirect(address, answer) is { } next)
                {
                    answer.Dispose();
                    if (redirects == MaxRedirects)
                    {
                        return (null, TooManyRedirects((int)answer.StatusCode, next));
                    }

                    address = next;
                    continue;
                }

                return await OpenAsync(answer, address, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (CulvertConnectException e)
        {
            var comesBack = _options.Reconnect && (_everConnected || _options.WaitForServer);
            var final = comesBack ? null : new FollowEnd(FollowEndKind.CannotConnect, e.Why, Error: e);
            return (null, new StreamStop(e.Message, Error: e) { Final = final });
        }
    }

    private HttpRequestMessage Request(Uri address)
    {
        var isOfCaller = StreamAddress.HaveSameOrigin(address, _reading.Address);
        var request = isOfCaller
            ? _sender.Request(HttpMethod.Get, address)
            : new HttpRequestMessage(HttpMethod.Get, address);
        // Some servers of events look for the name of their type and do not understand a wildcard.
        request.Headers.Accept.ParseAdd(
            _options.PreferEventStream
                ? StreamConnection.EventStreamType
                : $"{NdjsonWriter.MediaType}, {StreamConnection.EventStreamType};q=0.9, */*;q=0.5");
        if (_isEventStream && Cursor is { } cursor)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", cursor);
        }

        return request;
    }

    private async Task<(StreamConnection? Connection, StreamStop? Stop)> OpenAsync(
        HttpResponseMessage answer, Uri address, CancellationToken cancellationToken)
    {
        _everConnected = true;
        if ((int)answer.StatusCode == 204 || !answer.IsSuccessStatusCode || !StreamConnection.IsStream(answer))
        {
            using (answer)
            {
                return (null, await RefusedAsync(answer, cancellationToken).ConfigureAwait(false));
            }
        }

        _isEventStream = StreamConnection.IsEventStream(answer);
        _reading.Opened(answer);
        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var deadline = new IdleDeadline(_client.TimeProvider, _options.IdleTimeout, cancellationToken);
        _options.OnConnected?.Invoke(address);
        return (new StreamConnection(answer, body, _options, deadline, Cursor), null);
    }

    private async Task<StreamStop> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if ((int)answer.StatusCode == 204)
        {
            // WHATWG HTML §9.2.3: how a server tells an event source to stop.
            return new StreamStop(NoMore) { Final = new FollowEnd(FollowEndKind.Completed, NoMore) };
        }

        var problem = answer.IsSuccessStatusCode
            ? new CulvertProblemException((int)answer.StatusCode, "not_a_stream", NotAStream(answer), false, null)
            : await ReadProblemAsync(answer, cancellationToken).ConfigureAwait(false);
        var final = problem.Retry && _options.Reconnect
            ? null
            : new FollowEnd(FollowEndKind.Refused, problem.Why, Error: problem);
        return new StreamStop(problem.Message, problem.After, problem) { Final = final };
    }

    private async Task<CulvertProblemException> ReadProblemAsync(
        HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var deadline = new IdleDeadline(_client.TimeProvider, _client.AttemptTimeout, cancellationToken);
        try
        {
            return await ProblemReader.ReadAsync(answer, _client.TimeProvider, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw new CulvertConnectException(_reading.Address, "the answer did not come to its end");
        }
    }

    /// <summary>Takes one line; false when none is here. Stops at a line that ends the stream.</summary>
    private bool Next(StreamConnection connection, out T? item, out StreamStop? stop)
    {
        stop = null;
        var verdict = connection.Take(_reading, out item, out var bad);
        switch (verdict)
        {
            case LineVerdict.TakeAndCaughtUp:
                stop = new StreamStop("caught up")
                {
                    Final = new FollowEnd(FollowEndKind.CaughtUp, "everything up to now was delivered"),
                };
                break;
            case LineVerdict.Bye:
                stop = Goodbye(_reading.Bye);
                break;
            case LineVerdict.Bad when bad is not null:
                _options.OnBadLine?.Invoke(bad);
                break;
            default:
                break;
        }

        return verdict != LineVerdict.None;
    }

    private async ValueTask<StreamStop?> FillAsync(StreamConnection connection, CancellationToken cancellationToken)
    {
        var fill = await connection.FillAsync(cancellationToken).ConfigureAwait(false);
        if (fill == StreamFill.More)
        {
            return null;
        }

        _reading.Closed(connection.LastEventId);
        return fill switch
        {
            StreamFill.End => Ended(),
            StreamFill.Silent => Cut(
                string.Create(CultureInfo.InvariantCulture, $"no byte for {_options.IdleTimeout.TotalSeconds:0.###} s"),
                FollowEndKind.Silent,
                connection.Failure),
            _ => Cut("the connection was cut", FollowEndKind.Broken, connection.Failure),
        };
    }

    private StreamStop Ended()
    {
        const string why = "the server ended the stream";
        var comesBack = _options.Reconnect && (_options.ReconnectAfterEnd ?? !_reading.EndIsFinal);
        if (comesBack)
        {
            return new StreamStop(why);
        }

        // A room that was to be read up to now says so itself; this one stopped short of it.
        var isShort = !_options.Live && !_reading.EndIsFinal;
        return new StreamStop(why)
        {
            Final = isShort
                ? Broken($"{why} before all was sent", FollowEndKind.Broken, error: null)
                : new FollowEnd(FollowEndKind.Completed, why),
        };
    }

    private StreamStop Cut(string why, FollowEndKind kind, Exception? error) =>
        new(why, Error: error) { Final = _options.Reconnect ? null : Broken(why, kind, error) };

    private StreamStop Goodbye(RoomEvent? bye)
    {
        var why = bye?.Why ?? "goodbye";
        if (bye is not { Retry: true })
        {
            return new StreamStop(why) { Final = new FollowEnd(FollowEndKind.Dismissed, why, bye?.Code ?? 0) };
        }

        var after = bye.AfterMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        return new StreamStop(why, after)
        {
            Final = _options.Reconnect ? null : Broken(why, FollowEndKind.Broken, error: null),
        };
    }

    private FollowEnd Broken(string why, FollowEndKind kind, Exception? error)
    {
        var isSilence = kind == FollowEndKind.Silent;
        return new FollowEnd(kind, why, Error: new CulvertStreamBrokenException(why, Cursor, isSilence, error));
    }

    private async Task PauseAsync(StreamStop? stop, Backoff backoff, CancellationToken cancellationToken)
    {
        var delay = backoff.Next(stop?.After ?? _retry);
        _options.OnBreak?.Invoke(new FollowBreak(stop?.Why ?? "", delay, Cursor, stop?.Error));
        var time = _client.TimeProvider;
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
    }

    private static StreamStop TooManyRedirects(int status, Uri next)
    {
        var why = $"more than {MaxRedirects} redirects, the last to {next}";
        var problem = new CulvertProblemException(status, "too_many_redirects", why, retry: false, after: null);
        return new StreamStop(why) { Final = new FollowEnd(FollowEndKind.Refused, why, Error: problem) };
    }

    private static string NotAStream(HttpResponseMessage answer) =>
        $"the answer is {answer.Content.Headers.ContentType?.MediaType ?? "of no type"}, not lines or an event stream";
}
