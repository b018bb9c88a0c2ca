using System.Runtime.InteropServices;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Tests.Multiplexing;

/// <summary>Uses what a carrier may: writes into the headroom and changes each batch where it lies.</summary>
internal sealed class MaskingCarrier(Stream stream) : Carrier
{
    private const byte Mask = 0x5A;

    private readonly StreamCarrier _inner = new(stream);

    public override int HeadroomBytes => 14;

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var slice = await _inner.ReceiveAsync(cancellationToken);
        Apply(MemoryMarshal.AsMemory(slice).Span);
        return slice;
    }

    public override async ValueTask SendAsync(Memory<byte> batch, CancellationToken cancellationToken)
    {
        Assert.InRange(batch.Length, HeadroomBytes + 1, HeadroomBytes + MaxBatchBytes);
        batch.Span[..HeadroomBytes].Fill(0xFF);
        Apply(batch.Span[HeadroomBytes..]);
        await _inner.SendAsync(batch[HeadroomBytes..], cancellationToken);
        batch.Span.Fill(0xEE);
    }

    public override ValueTask CloseAsync(GoAwayCode code, string reason, CancellationToken cancellationToken) =>
        _inner.CloseAsync(code, reason, cancellationToken);

    public override void Abort() => _inner.Abort();

    public override ValueTask DisposeAsync() => _inner.DisposeAsync();

    private static void Apply(Span<byte> bytes)
    {
        foreach (ref var value in bytes)
        {
            value ^= Mask;
        }
    }
}
