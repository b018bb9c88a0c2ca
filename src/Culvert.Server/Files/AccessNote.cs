using System.Net;

namespace Culvert.Server.Files;

/// <summary>A copy of what a request says, for an answer that takes longer than the buffer it came in lasts.</summary>
internal sealed class AccessNote
{
    private readonly AccessLog _log;
    private readonly TimeProvider _time;
    private readonly long _begin;
    private readonly IPAddress? _address;
    private readonly byte[] _method;
    private readonly byte[] _target;
    private readonly byte[] _referer;
    private readonly byte[] _userAgent;

    /// <param name="log">Gets the line.</param>
    /// <param name="time">The clock; the duration begins now.</param>
    /// <param name="entry">The request; what it says of an answer does not count.</param>
    public AccessNote(AccessLog log, TimeProvider time, in AccessEntry entry)
    {
        _log = log;
        _time = time;
        _begin = time.GetTimestamp();
        _address = entry.Address;
        _method = entry.Method.ToArray();
        _target = entry.Target.ToArray();
        _referer = entry.Referer.ToArray();
        _userAgent = entry.UserAgent.ToArray();
    }

    /// <summary>Writes the line. Call once, when the answer is over.</summary>
    /// <param name="status">The status that was answered.</param>
    /// <param name="bodyBytes">Bytes of body that were handed to the system.</param>
    public void End(int status, long bodyBytes) => _log.Write(new AccessEntry
    {
        Address = _address,
        Method = _method,
        Target = _target,
        Status = status,
        BodyBytes = bodyBytes,
        Duration = _time.GetElapsedTime(_begin),
        Referer = _referer,
        UserAgent = _userAgent,
    });
}
