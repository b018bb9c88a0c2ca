using System.Net;
using System.Net.Sockets;

namespace Culvert.Server.Accounts;

/// <summary>Slows down guessing: per account, per address, and for the whole server. Safe for concurrent use.</summary>
/// <remarks>An attempt is counted before the password is compared and given back when it was right, so that guesses
/// made side by side cannot pass together.</remarks>
internal sealed class SignInLimiter
{
    // Some 10 MB each when an attacker fills them.
    private const int MaxKeys = 50_000;
    private const string Everybody = "";

    private readonly TokenBuckets _accounts;
    private readonly TokenBuckets _addresses;
    private readonly TokenBuckets _overall;
    private readonly TokenBuckets _registrations;

    public SignInLimiter(AccountOptions options, TimeProvider time)
    {
        _accounts = new TokenBuckets(time, options.SignInFailures, options.SignInWindow, MaxKeys);
        _addresses = new TokenBuckets(time, options.SignInFailures, options.SignInWindow, MaxKeys);
        _overall = new TokenBuckets(time, options.SignInFailuresOverall, options.SignInWindow, 1);
        _registrations = new TokenBuckets(time, options.RegistrationsPerHour, TimeSpan.FromHours(1), MaxKeys);
    }

    /// <summary>
    /// Tells the other nodes that an attempt failed: the account, and the network it came from. Null where there are
    /// none. Set before the first attempt; must not block nor throw.
    /// </summary>
    public Action<string, string>? Tell { get; set; }

    /// <summary>Zero when the attempt may be made, else how long to wait.</summary>
    public TimeSpan TryBegin(string accountKey, IPAddress? address)
    {
        var network = NetworkOf(address);
        var wait = _addresses.Take(network);
        if (wait > TimeSpan.Zero)
        {
            return wait;
        }

        wait = _accounts.Take(accountKey);
        if (wait > TimeSpan.Zero)
        {
            _addresses.Return(network);
            return wait;
        }

        wait = _overall.Take(Everybody);
        if (wait > TimeSpan.Zero)
        {
            _addresses.Return(network);
            _accounts.Return(accountKey);
        }

        return wait;
    }

    /// <summary>The attempt failed, and stays counted.</summary>
    public void Failed(string accountKey, IPAddress? address) => Tell?.Invoke(accountKey, NetworkOf(address));

    /// <summary>Counts an attempt that failed on another node.</summary>
    public void CountForeign(string accountKey, string network)
    {
        _addresses.Take(network);
        _accounts.Take(accountKey);
        _overall.Take(Everybody);
    }

    /// <summary>Takes the attempt back: it was no failure.</summary>
    public void Forgive(string accountKey, IPAddress? address)
    {
        _addresses.Return(NetworkOf(address));
        _accounts.Return(accountKey);
        _overall.Return(Everybody);
    }

    /// <summary>Zero when the address may make an account, else how long to wait.</summary>
    public TimeSpan TryRegister(IPAddress? address) => _registrations.Take(NetworkOf(address));

    /// <summary>
    /// The address, or for IPv6 its /64: one customer has that whole network to choose addresses from.
    /// </summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return "local";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8))
            : plain.ToString();
    }
}
