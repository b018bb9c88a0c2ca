using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Transports;

/// <summary>A reader of a room that keeps its lines. Safe for concurrent use.</summary>
internal sealed class LineOutlet : Outlet
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private Task<StreamCloseCode?> _ended = Task.FromResult<StreamCloseCode?>(null);
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>How the server ended it.</summary>
    public async Task<StreamCloseCode?> EndAsync() =>
        await _ended.WaitAsync(ApiHost.Limit, TestContext.Current.CancellationToken);

    public void Follow(Subscriber subscriber) => _ended = subscriber.Finished;

    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _lines.AddRange(Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            (more, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.SetResult();
        return SendResult.Sent;
    }

    /// <summary>The first line that holds the text, now or later.</summary>
    public async Task<string> WaitAsync(string text)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                {
                    return found;
                }

                more = _more.Task;
            }

            await more.WaitAsync(ApiHost.Limit, TestContext.Current.CancellationToken);
        }
    }
}
