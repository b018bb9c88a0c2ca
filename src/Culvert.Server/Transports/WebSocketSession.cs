using System.Buffers;
using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Connections;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>One WebSocket with all its rooms: reads commands, answers them, subscribes.</summary>
/// <remarks>
/// Commands run one after the other on the read loop; publishes are answered when they are committed, so many can be in
/// flight. Replies and events leave through the writer loop. Step 1 of the main path (ARCHITECTURE.md).
/// </remarks>
#pragma warning disable CA1001 // The semaphore holds no handle, and commits give back after the connection has ended.
internal sealed class WebSocketSession : IWebSocketReceiver
#pragma warning restore CA1001
{
    private const int TypingMilliseconds = 3000;

    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly RoomDirectory _rooms;
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<string, ValueTask<Caller?>> _authenticate;
    private readonly SemaphoreSlim _inFlight;
    private readonly CommandReplies _replies;
    private readonly AwayReport _away;
    private TokenBucket _commands;
    private long _typedAt;

    public WebSocketSession(
        Subscriber subscriber,
        RoomDirectory rooms,
        RoomOptions options,
        TimeProvider time,
        Func<string, ValueTask<Caller?>> authenticate)
    {
        Subscriber = subscriber;
        _replies = new CommandReplies(subscriber);
        _rooms = rooms;
        _away = new AwayReport(rooms);
        _options = options;
        _time = time;
        _authenticate = authenticate;
        _inFlight = new SemaphoreSlim(options.MaxInFlight);
        _commands = new TokenBucket(options.CommandsBurst, Now);
    }

    public Subscriber Subscriber { get; }

    /// <summary>Messages received.</summary>
    public long Received { get; private set; }

    /// <summary>The close code to end with after <see cref="ReceiveAsync"/> said stop.</summary>
    public int RefusedWith { get; private set; }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private Caller Caller => Subscriber.Caller;

    /// <summary>The connection has ended.</summary>
    public void Ended() => _away.Say(Caller.Name, null, _subscriptions.Values);

    public async ValueTask<bool> ReceiveAsync(WebSocketEvent received)
    {
        if (Subscriber.Finished.IsCompleted)
        {
            // A goodbye was said: what the peer had on its way is not answered any more.
            return false;
        }

        Subscriber.Received();
        switch (received.Kind)
        {
            case WebSocketEventKind.Ping:
                Subscriber.Send(Frames.Pong(received.Payload.Span));
                break;
            case WebSocketEventKind.Text:
                Received++;
                await HearAsync(received.Payload);
                break;
            case WebSocketEventKind.Binary:
                RefusedWith = CloseCode.UnsupportedData;
                return false;
            default:
                break;
        }

        // A client that asks and does not read its answers is not read either.
        if (Subscriber.IsCrowded)
        {
            await Subscriber.WhenUncrowdedAsync();
        }

        return true;
    }

    /// <summary>Answers a change that went through the commit loop. Called on its thread.</summary>
    public void Completed(long? id, Append append)
    {
        _inFlight.Release();
        _replies.Outcome(id, append, _options.Durability);
    }

    /// <summary>A frame holds one command or several, one a line.</summary>
    private async ValueTask HearAsync(ReadOnlyMemory<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            var end = payload.Span.IndexOf((byte)'\n');
            var line = end < 0 ? payload : payload[..end];
            payload = end < 0 ? default : payload[(end + 1)..];
            if (line.Span.Trim(" \t\r"u8).Length > 0)
            {
                await HearLineAsync(line);
            }
        }
    }

    private ValueTask HearLineAsync(ReadOnlyMemory<byte> line)
    {
        var error = CommandParser.Parse(line.Span, out var command, out var why);
        var id = command.Id;
        if (error is not null)
        {
            _replies.Refuse(id, new Refusal(error, why));
            return ValueTask.CompletedTask;
        }

        var wait = Caller.IsUnlimited
            ? 0
            : _commands.Take(1, _options.CommandsPerSecond, _options.CommandsBurst, Now);
        if (wait > 0)
        {
            _replies.Refuse(id, new Refusal(ErrorCode.RateLimited, null, wait));
            return ValueTask.CompletedTask;
        }

        switch (command.Op)
        {
            case CommandOp.Pub when !command.Batch.IsEmpty:
                return PublishBatchAsync(id, command.Room, command.Batch.ToArray());
            case CommandOp.Pub:
                return TryCompact(id, command.Data, out var data)
                    ? DoAsync(id, command.Room, Acts.Message(data, command.Key, command.IfOffset))
                    : ValueTask.CompletedTask;
            case CommandOp.Edit:
                return TryCompact(id, command.Data, out var text)
                    ? DoAsync(id, command.Room, Acts.Edit(command.Seq, text))
                    : ValueTask.CompletedTask;
            case CommandOp.Erase:
                return DoAsync(id, command.Room, Acts.Erase(command.Seq, command.Why));
            case CommandOp.React:
                return DoAsync(id, command.Room, Acts.React(command.Seq, command.Emoji, command.On));
            case CommandOp.Sub:
                return SubscribeAsync(id, command.Room, command.Since, command.Gap);
            case CommandOp.Hist:
                return ReadHistoryAsync(id, command.Room, HistoryReply.PageOf(command));
            case CommandOp.Read:
                return ReadAsync(id, command.Room, command.Seq);
            case CommandOp.Who:
                return WhoAsync(id, command.Room);
            case CommandOp.Typing:
                return TypeAsync(id, command.Room);
            case CommandOp.Away:
                _away.Say(Caller.Name, command.On, _subscriptions.Values);
                _replies.Ok(id);
                return ValueTask.CompletedTask;
            case CommandOp.Unsub:
                Unsubscribe(id, command.Room);
                return ValueTask.CompletedTask;
            case CommandOp.Auth:
                return AuthenticateAsync(id, command.Token);
            default:
                _replies.Ok(id);
                return ValueTask.CompletedTask;
        }
    }

    private async ValueTask DoAsync(long? id, string name, Act act)
    {
        var entry = await _rooms.EnterAsync(Caller, name, Capability.Write, CancellationToken.None);
        if (entry.Room is not { } room)
        {
            _replies.Refuse(id, entry.Refusal!);
            return;
        }

        // Moderators erase what others wrote; nobody puts words into another's mouth.
        var ownOnly = act.Kind == EventKind.Edit || entry.Capability < Capability.Moderate;
        await _inFlight.WaitAsync();
        var append = new ReplyAppend(this, id, room, Caller, act, ownOnly);
        if (_rooms.Submit(room, Caller, append) is { } refused)
        {
            _inFlight.Release();
            _replies.Refuse(id, refused);
        }
    }

    private async ValueTask PublishBatchAsync(long? id, string name, byte[] json)
    {
        var entry = await _rooms.EnterAsync(Caller, name, Capability.Write, CancellationToken.None);
        if (entry.Room is not { } room)
        {
            _replies.Refuse(id, entry.Refusal!);
            return;
        }

        if (Batch.TryRead(json, room, Caller, _options, out var batch, out var refusal)
            && (refusal = _rooms.Submit(room, Caller, batch.Appends)) is null)
        {
            await batch.Done;
            var members = Lines.Rent();
            batch.WriteMembers(members, _options.Durability);
            var line = new ArrayBufferWriter<byte>(members.WrittenCount + 64);
            ReplyWriter.WriteOkRaw(line, id, members.WrittenSpan);
            Subscriber.Send(Frames.Text(line.WrittenSpan));
            return;
        }

        _replies.Refuse(id, refusal!);
    }

    private async ValueTask SubscribeAsync(long? id, string name, Since since, GapPolicy gap)
    {
        var entry = await _rooms.EnterAsync(Caller, name, Capability.Read, CancellationToken.None);
        if (entry.Room is not { } room)
        {
            _replies.Refuse(id, entry.Refusal!);
            return;
        }

        if (_subscriptions.TryGetValue(room.Name, out var old) && old.State != SubscriptionState.Ended)
        {
            _replies.Refuse(id, new Refusal(ErrorCode.AlreadySubscribed));
            return;
        }

        _subscriptions.Remove(room.Name);
        if (_subscriptions.Count >= _options.MaxRoomsPerConnection)
        {
            _replies.Refuse(id, new Refusal(ErrorCode.TooManyRooms));
            return;
        }

        var subscription = new Subscription(room, Subscriber, since, gap);
        if (await _rooms.EnterAsync(subscription, CancellationToken.None) is { } refused)
        {
            _replies.Refuse(id, refused);
            return;
        }

        _subscriptions.Add(room.Name, subscription);
        var line = Lines.Rent();
        ReplyWriter.WriteSubscribed(
            line,
            id,
            room.Name,
            new RoomCursor(room.Epoch, subscription.Next - 1),
            room.FloorOffset,
            room.LastOffset,
            room.LastSeq,
            room.Memberships.Find(Caller.UserId)?.ReadSeq ?? 0);

        // The reply first: what the subscription brings follows it.
        Subscriber.Send(Frames.Text(line.WrittenSpan));
        Subscriber.Attach(subscription);
    }

    private void Unsubscribe(long? id, string name)
    {
        if (_subscriptions.Remove(name, out var subscription) && subscription.State != SubscriptionState.Ended)
        {
            Subscriber.Detach(subscription);
            _replies.Ok(id);
        }
        else
        {
            _replies.Refuse(id, new Refusal(ErrorCode.NotSubscribed));
        }
    }

    private async ValueTask ReadHistoryAsync(long? id, string name, MessagePage page)
    {
        var entry = await _rooms.EnterAsync(Caller, name, Capability.Read, CancellationToken.None);
        if (entry.Room is not { } room)
        {
            _replies.Refuse(id, entry.Refusal!);
            return;
        }

        try
        {
            var reply = new HistoryReply();
            reply.Finish(await _rooms.ReadMessagesAsync(room, page, reply, CancellationToken.None), page);
            var line = new ArrayBufferWriter<byte>(reply.Members.Length + 64);
            ReplyWriter.WriteOkRaw(line, id, reply.Members);
            Subscriber.Send(Frames.Text(line.WrittenSpan));
        }
        catch (StoreException)
        {
            _replies.Refuse(id, new Refusal(ErrorCode.StorageFailed, null, 1000));
        }
    }

    private async ValueTask ReadAsync(long? id, string name, long seq)
    {
        var entry = await _rooms.EnterAsync(Caller, name, Capability.Read, CancellationToken.None);
        if (entry.Room is not { } room)
        {
            _replies.Refuse(id, entry.Refusal!);
            return;
        }

        try
        {
            var stored = await _rooms.SetReadAsync(room, Caller, seq, back: false, CancellationToken.None);
            _replies.Ok(id, $"\"seq\":{stored}");
        }
        catch (StoreException exception)
        {
            var code = exception.IsFull ? ErrorCode.StorageFull : ErrorCode.StorageFailed;
            _replies.Refuse(id, new Refusal(code, null, 1000));
        }
    }

    private async ValueTask WhoAsync(long? id, string name)
    {
        var entry = await _rooms.EnterAsync(Caller, name, Capability.Read, CancellationToken.None);
        if (entry.Room is not { } room)
        {
            _replies.Refuse(id, entry.Refusal!);
            return;
        }

        _replies.Ok(id, HistoryReply.MembersOf(room, _rooms.Away));
    }

    private async ValueTask TypeAsync(long? id, string name)
    {
        var entry = await _rooms.EnterAsync(Caller, name, Capability.Write, CancellationToken.None);
        if (entry.Room is not { } room)
        {
            _replies.Refuse(id, entry.Refusal!);
            return;
        }

        var now = Now;
        if (now - _typedAt >= TypingMilliseconds)
        {
            _typedAt = now;
            _rooms.Type(room, Caller);
        }

        _replies.Ok(id);
    }

    /// <summary>A new credential of the same user, before the old one ends.</summary>
    private async ValueTask AuthenticateAsync(long? id, string token)
    {
        if (await _authenticate(token) is not { } caller)
        {
            _replies.Refuse(id, new Refusal(ErrorCode.Unauthorized));
        }
        else if (caller.UserId != Caller.UserId)
        {
            _replies.Refuse(
                id, new Refusal(ErrorCode.Forbidden, "The token belongs to another user; open another connection."));
        }
        else
        {
            Subscriber.Caller = caller with { Address = Caller.Address };
            _replies.Ok(id);
        }
    }

    private bool TryCompact(long? id, ReadOnlySpan<byte> json, out ReadOnlyMemory<byte> data)
    {
        data = default;
        var compact = Lines.Rent();
        if (JsonText.Compact(json, compact) is var problem && problem != JsonProblem.None)
        {
            _replies.Refuse(id, new Refusal(problem == JsonProblem.TooDeep ? ErrorCode.TooDeep : ErrorCode.BadJson));
            return false;
        }

        if (compact.WrittenCount > _options.MaxMessageBytes)
        {
            _replies.Refuse(id, new Refusal(ErrorCode.TooLarge));
            return false;
        }

        data = compact.WrittenSpan.ToArray();
        return true;
    }
}
