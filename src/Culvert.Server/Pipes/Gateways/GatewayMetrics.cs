using System.Diagnostics;
using System.Diagnostics.Metrics;
using Culvert.Server.Diagnostics;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>What routes count. Tags are the configured path and words of fixed sets.</summary>
internal sealed class GatewayMetrics
{
    private readonly UpDownCounter<long> _open;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _bytes;

    public GatewayMetrics(CulvertMeter meter)
    {
        _open = meter.Meter.CreateUpDownCounter<long>(
            "culvert.pipe.sessions", "{session}", "Sessions that are open, by route.");
        _ended = meter.Meter.CreateCounter<long>(
            "culvert.pipe.ends", "{session}", "Sessions that ended, by route, by whom and why.");
        _failed = meter.Meter.CreateCounter<long>(
            "culvert.pipe.failures", "{attempt}", "Attempts that reached no back end, by route and why.");
        _messages = meter.Meter.CreateCounter<long>(
            "culvert.pipe.messages", "{message}", "Messages passed on in ended sessions, by route and direction.");
        _bytes = meter.Meter.CreateCounter<long>(
            "culvert.pipe.bytes", "By", "Payload passed on in ended sessions, by route and direction.");
    }

    public void Begin(string path) => _open.Add(1, Route(path));

    public void Fail(string path, DialFailure failure) =>
        _failed.Add(1, Route(path), new("culvert.reason", failure.ToString()));

    public void End(string path, RelayEnd? end)
    {
        _open.Add(-1, Route(path));
        if (end is null)
        {
            return;
        }

        _ended.Add(1, new TagList { Route(path), new("culvert.by", end.By), new("culvert.reason", end.Reason) });
        var there = new KeyValuePair<string, object?>("culvert.direction", "there");
        var back = new KeyValuePair<string, object?>("culvert.direction", "back");
        _messages.Add(end.MessagesThere, Route(path), there);
        _messages.Add(end.MessagesBack, Route(path), back);
        _bytes.Add(end.BytesThere, Route(path), there);
        _bytes.Add(end.BytesBack, Route(path), back);
    }

    private static KeyValuePair<string, object?> Route(string path) => new("culvert.route", path);
}
