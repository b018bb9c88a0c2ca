namespace Culvert.Protocol.Multiplexing;

/// <summary>Measures the time a ping takes there and back. One is under way at a time.</summary>
internal sealed class RoundTrip
{
    private uint _value;
    private bool _isDue;
    private bool _isUnderWay;
    private TimeSpan _sentAt;

    /// <summary>
    /// The smoothed time; null before the first answer. A shorter one counts at once and a longer one by an eighth:
    /// what a ping waits behind our own data is not the way's time.
    /// </summary>
    public TimeSpan? Time { get; private set; }

    /// <summary>When the last answer came.</summary>
    public TimeSpan? MeasuredAt { get; private set; }

    /// <summary>Wants a ping, unless one is under way.</summary>
    public bool Ask()
    {
        if (_isDue || _isUnderWay)
        {
            return false;
        }

        _isDue = true;
        return true;
    }

    public bool TryTake(TimeSpan now, out MuxHeader header)
    {
        header = new MuxHeader(MuxFrameType.Ping, MuxFlags.Syn, 0, _value);
        if (!_isDue)
        {
            return false;
        }

        _isDue = false;
        _isUnderWay = true;
        _sentAt = now;
        return true;
    }

    /// <summary>Takes an answer; false for one that nobody asked for.</summary>
    public bool Answer(uint value, TimeSpan now)
    {
        if (!_isUnderWay || value != _value)
        {
            return false;
        }

        _value++;
        _isUnderWay = false;
        MeasuredAt = now;
        var time = now - _sentAt;
        Time = Time is { } smoothed && time > smoothed ? smoothed + ((time - smoothed) / 8) : time;
        return true;
    }
}
