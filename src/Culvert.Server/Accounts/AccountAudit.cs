using System.Net;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Puts what was done to accounts on the list for owners. Safe for concurrent use.</summary>
internal sealed partial class AccountAudit
{
    private readonly IAuditLog _log;
    private readonly TimeProvider _time;
    private readonly ILogger<AccountAudit> _logger;

    public AccountAudit(IAuditLog log, TimeProvider time, ILogger<AccountAudit> logger)
    {
        _log = log;
        _time = time;
        _logger = logger;
    }

    /// <summary>Called after the change, which stands even if it cannot be put on the list.</summary>
    /// <param name="by">Name of who did it.</param>
    /// <param name="address">Where it came from; null for a local socket.</param>
    /// <param name="act">A word for what was done.</param>
    /// <param name="target">Name of the user it was done to; null for nobody.</param>
    /// <param name="room">Name of the room it is about; null for none.</param>
    /// <param name="detail">A JSON object; null for nothing.</param>
    public async ValueTask NoteAsync(
        string by, IPAddress? address, string act, string? target = null, string? room = null, string? detail = null)
    {
        var entry = new AuditEntry
        {
            At = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            By = by,
            Act = act,
            Target = target,
            Room = room,
            Detail = detail,
            Address = address?.ToString() ?? "",
        };
        try
        {
            await _log.NoteAsync(entry, CancellationToken.None);
        }
        catch (StoreException exception)
        {
            Log.NotNoted(_logger, act, by, target, exception);
        }
    }
}
