using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Users to try things with. Safe to run at every start.</summary>
internal sealed class DemoAccounts
{
    /// <summary>
    /// The password of the demo users, so that later starts can print it again. Only the hash would not do.
    /// </summary>
    public const string FileName = "demo.password";

    public static readonly IReadOnlyList<string> Names = ["Alice", "Bob", "Carol", "Dave", "Eve"];

    private readonly IAccountStore _store;
    private readonly PasswordHasher _hasher;
    private readonly TimeProvider _time;

    public DemoAccounts(IAccountStore store, PasswordHasher hasher, TimeProvider time)
    {
        _store = store;
        _hasher = hasher;
        _time = time;
    }

    /// <summary>Makes those that are missing; leaves those that exist alone. The line to print.</summary>
    public async Task<string> EnsureAsync(string directory, CancellationToken cancellationToken)
    {
        var password = PrivateFile.ReadOrCreate(Path.Combine(directory, FileName), Secrets.NewPassword);

        // One hash for all: the password is on the screen, and five would double the time of the first start.
        string? hash = null;
        foreach (var name in Names)
        {
            if (NameRules.TryNormaliseUser(name, out var key, out _)
                && await _store.FindUserAsync(key, cancellationToken) is null)
            {
                hash ??= await _hasher.HashAsync(password, cancellationToken);
                await _store.CreateUserAsync(NewUser(name, key, hash), cancellationToken);
            }
        }

        return $"demo users {string.Join(", ", Names)}; password {password}";
    }

    private UserRecord NewUser(string name, string key, string? hash) => new()
    {
        Name = name,
        NameKey = key,
        Role = RoomRole.Member,
        PasswordHash = hash,
        CreatedAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
    };
}
