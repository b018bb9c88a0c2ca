using System.Text.Json;
using Culvert.Server.Accounts;

namespace Culvert.Server.Nodes;

/// <summary>What this node puts into the control log: its form, and which entries it has acted on already.</summary>
/// <remarks>
/// An entry of this node whose commit was not confirmed is acted on like one of another node: nobody else did.
/// Safe for concurrent use.
/// </remarks>
internal sealed class ControlOutbox
{
    private readonly Lock _lock = new();

    // Until they are read, which is a second at most; without a store that says so there are no new ones.
    private readonly SortedSet<long> _own = [];

    /// <summary>Told of each entry that was committed, to wake the others up. Must not wait nor throw.</summary>
    public Action<long>? Added { get; set; }

    /// <summary>The body of the entry.</summary>
    public static byte[] BodyOf(AccountNews news) => JsonSerializer.SerializeToUtf8Bytes(
        new ControlBody
        {
            Revoked = news.Revoked,
            Replaced = news.Replaced?.ToArray(),
            Profile = news.Profile,
        },
        NodeJson.Default.ControlBody);

    /// <summary>The entry is in the log, and this node acts on it without reading it.</summary>
    public void Committed(long id)
    {
        lock (_lock)
        {
            _own.Add(id);
        }

        Added?.Invoke(id);
    }

    /// <summary>True once for an entry that this node committed. Entries are asked for in their order.</summary>
    public bool TakeOwn(long id)
    {
        lock (_lock)
        {
            while (_own.Count > 0 && _own.Min < id)
            {
                _own.Remove(_own.Min);
            }

            return _own.Remove(id);
        }
    }
}
