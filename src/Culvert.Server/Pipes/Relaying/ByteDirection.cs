using System.Buffers;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>From bytes to bytes: as they come, without a look.</summary>
internal sealed class ByteDirection(Relay relay, Leg from, Leg to, bool fromFirst)
    : Direction(relay, from, to, fromFirst)
{
    private long _bytes;

    public override long Messages => 0;

    public override long Bytes => _bytes;

    protected override bool AtBoundary => true;

    protected override int TakeNow(ReadOnlySpan<byte> bytes)
    {
        var sent = Output.SendNow(bytes);
        _bytes += sent;
        return sent;
    }

    protected override async ValueTask<Taken> TakeAsync(ReadOnlySequence<byte> input, bool isLast)
    {
        _bytes += input.Length;
        await SendAsync(input);
        return new Taken(input.End, input.End);
    }
}
