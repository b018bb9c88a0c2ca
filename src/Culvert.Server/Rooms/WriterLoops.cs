using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

/// <summary>The writer loops of the node. A connection stays on the loop it got.</summary>
internal sealed class WriterLoops : IDisposable
{
    private readonly WriterLoop[] _loops;
    private int _next;

    public WriterLoops(
        int count, RoomOptions options, CatchUp catchUp, TimeProvider time, ILogger<WriterLoop>? logger = null)
    {
        _loops =
        [
            .. Enumerable.Range(0, count).Select(number => new WriterLoop(number, options, catchUp, time, logger)),
        ];
    }

    public int Count => _loops.Length;

    /// <summary>Connections of all loops.</summary>
    public int ConnectionCount => _loops.Sum(loop => loop.ConnectionCount);

    public IReadOnlyList<WriterLoop> All => _loops;

    public void Start()
    {
        foreach (var loop in _loops)
        {
            loop.Start();
        }
    }

    /// <summary>The loop for the next connection.</summary>
    public WriterLoop Pick() => _loops[(uint)Interlocked.Increment(ref _next) % (uint)_loops.Length];

    public void Post(in LoopItem item)
    {
        foreach (var loop in _loops)
        {
            loop.Post(item);
        }
    }

    /// <summary>Ends the connections of some callers.</summary>
    public void EndWhere(Farewells farewells) => Post(new LoopItem(LoopItemKind.EndWhere, null, farewells));

    /// <summary>Tells a user's WebSockets.</summary>
    public void Tell(UserNews news) => Post(new LoopItem(LoopItemKind.ToUser, null, news));

    public void Dispose()
    {
        foreach (var loop in _loops)
        {
            loop.Dispose();
        }
    }
}
