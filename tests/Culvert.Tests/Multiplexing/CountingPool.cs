using System.Buffers;

namespace Culvert.Tests.Multiplexing;

/// <summary>Counts what was rented and not given back. Safe for concurrent use.</summary>
internal sealed class CountingPool : MemoryPool<byte>
{
    private int _rented;

    public int Rented => Volatile.Read(ref _rented);

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        Interlocked.Increment(ref _rented);
        return new Loan(this, Shared.Rent(minBufferSize));
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Loan(CountingPool pool, IMemoryOwner<byte> inner) : IMemoryOwner<byte>
    {
        private int _isBack;

        public Memory<byte> Memory => inner.Memory;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isBack, 1) == 0)
            {
                Interlocked.Decrement(ref pool._rented);
                inner.Dispose();
            }
        }
    }
}
