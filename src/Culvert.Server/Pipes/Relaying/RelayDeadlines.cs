using Culvert.Protocol.WebSockets;
using Culvert.Server.Rooms;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>What the sweep looks at, several times a second, for one relay. Not for concurrent use.</summary>
internal sealed class RelayDeadlines
{
    /// <summary>Seconds over which a rate is taken: who is silent for so long may say that much at once.</summary>
    private const int BurstSeconds = 4;

    /// <summary>After the close timer, so long for the relay's own last words; then the connections are cut.</summary>
    private const long GraceMilliseconds = 1000;

    private readonly Relay _relay;
    private readonly RelayRules _rules;
    private readonly long _startedAt;
    private TokenBucket _messages;
    private long _counted;
    private long _closingAt;

    public RelayDeadlines(Relay relay)
    {
        _relay = relay;
        _rules = relay.Rules;
        _startedAt = relay.Clock.Milliseconds;
        _messages = new TokenBucket(Burst, _startedAt);
    }

    private int Burst => _rules.MessagesPerSecond * BurstSeconds;

    /// <summary>The directions are over; from now on the peers have the close timer to end TCP.</summary>
    public void BeginClosing() => Volatile.Write(ref _closingAt, _relay.Clock.Milliseconds);

    public void Tick()
    {
        var now = _relay.Clock.Milliseconds;
        if (_relay.IsClosing)
        {
            if (now - Volatile.Read(ref _closingAt) >= Milliseconds(_rules.CloseTimeout))
            {
                _relay.StopClosing();
            }
        }
        else if (_relay.EndingAt != 0)
        {
            TickEnding(now - _relay.EndingAt - Milliseconds(_rules.CloseTimeout));
        }
        else if (!TickStalled(_relay.There, now) && !TickStalled(_relay.Back, now))
        {
            TickOpen(now);
        }
    }

    private void TickOpen(long now)
    {
        var silence = now - Math.Max(_relay.There.ReceivedAt, _relay.Back.ReceivedAt);

        // Who is waited for cannot be heard: that is no silence, and has a limit of its own.
        var isBlocked = _relay.There.Output.BlockedSince != 0 || _relay.Back.Output.BlockedSince != 0;
        if (IsOver(now - _startedAt, _rules.MaxLifetime))
        {
            _relay.End(RelayReason.MaxAge, CloseCode.GoingAway, "session too old");
        }
        else if (_relay.IsHalfClosed && IsOver(Math.Min(silence, now - _relay.HalfClosedAt), _rules.Linger))
        {
            EndLinger();
        }
        else if (!_relay.IsHalfClosed && !isBlocked && IsOver(silence, _rules.Idle))
        {
            _relay.End(RelayReason.Idle, CloseCode.GoingAway, "idle");
        }
        else if (IsTooFast(now))
        {
            _relay.End(
                RelayReason.Policy,
                Parting.Close(CloseCode.PolicyViolation, $"over {_rules.MessagesPerSecond} messages a second"),
                Parting.Close(CloseCode.GoingAway, "client sent too fast"));
        }
        else
        {
            TickPing(_relay.There, _relay.Back, now);
            TickPing(_relay.Back, _relay.There, now);
        }
    }

    /// <summary>The second half had its time: it counts as ended.</summary>
    private void EndLinger()
    {
        _relay.NoteEnd(null, RelayReason.HalfClose);
        Array.ForEach([_relay.There, _relay.Back], static direction =>
        {
            direction.Post(Parting.Close(CloseCode.Normal, ""));
            if (direction.Told is not null)
            {
                direction.Stop();
            }
        });
    }

    /// <summary>True when a slow leg was given up.</summary>
    private bool TickStalled(Direction direction, long now)
    {
        var since = direction.Output.BlockedSince;
        if (since == 0 || !IsOver(now - since, _rules.StallTimeout))
        {
            return false;
        }

        _relay.NoteEnd(_relay.Opposite(direction), RelayReason.Stalled);
        _relay.Opposite(direction).Post(direction.From.Kind == LegKind.Bytes
            ? Parting.Abort
            : Parting.Close(_rules.StallCode, "the other end does not read"));
        direction.To.Abort();
        return true;
    }

    /// <param name="reader">Reads the leg in question.</param>
    /// <param name="writer">Writes to it.</param>
    /// <param name="now">The clock's time.</param>
    private void TickPing(Direction reader, Direction writer, long now)
    {
        if (_rules.PingInterval == TimeSpan.Zero || reader.From.Kind == LegKind.Bytes
            || reader.SourceEnded || writer.Told is not null)
        {
            return;
        }

        if (reader.Output.BlockedSince != 0 || writer.Output.BlockedSince != 0)
        {
            // While nobody reads it, its answer may lie unread.
            writer.ForgetPing();
            return;
        }

        if (writer.PingedAt == 0)
        {
            if (IsOver(now - reader.ReceivedAt, _rules.PingInterval))
            {
                writer.PostPing(_relay.Tag);
            }
        }
        else if (IsOver(now - writer.PingedAt, _rules.PongTimeout))
        {
            _relay.NoteEnd(reader, RelayReason.PingTimeout);
            reader.Post(reader.To.Kind == LegKind.Bytes
                ? Parting.Abort
                : Parting.Close(
                    reader.FromFirst ? CloseCode.GoingAway : CloseCode.InternalError,
                    $"{_relay.NameOf(reader)} does not answer"));
            reader.From.Abort();
        }
    }

    /// <param name="overdue">Milliseconds since the close timer ran out; negative before.</param>
    private void TickEnding(long overdue)
    {
        if (overdue < 0)
        {
            return;
        }

        _relay.NoteCloseTimeout();
        foreach (var direction in (ReadOnlySpan<Direction>)[_relay.There, _relay.Back])
        {
            if (overdue >= GraceMilliseconds)
            {
                direction.From.Abort();
                direction.Stop();
            }
            else if (direction.Told is not null)
            {
                direction.Stop();
            }
            else
            {
                // Nobody answers its Close: it gets its own back.
                direction.Post(_relay.Opposite(direction).Received is { Kind: PartingKind.Close } own
                    ? own
                    : Parting.Close(CloseCode.GoingAway, "the other end does not answer"));
            }
        }
    }

    private bool IsTooFast(long now)
    {
        if (_rules.MessagesPerSecond == 0)
        {
            return false;
        }

        var count = (int)Math.Min(_relay.There.Messages - _counted, int.MaxValue);
        _counted += count;
        return count > Burst || (count > 0 && _messages.Take(count, _rules.MessagesPerSecond, Burst, now) > 0);
    }

    private static bool IsOver(long milliseconds, TimeSpan limit) =>
        limit > TimeSpan.Zero && milliseconds >= Milliseconds(limit);

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
