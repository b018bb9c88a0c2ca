using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Makes the first owner of a new server, for whoever can read its console. Safe for concurrent use.</summary>
/// <remarks>
/// Needed until somebody can sign in as an owner, however that came about. A stranger who finds the new server first
/// lacks the code. It has 79 random bits, so guesses are not counted: a count would only let strangers lock it.
/// </remarks>
internal sealed partial class SetupService
{
    public const string FileName = "setup.code";

    // Less is a mistake of whoever replaced the file, and guessable.
    private const int MinCharacters = 16;

    private readonly IAccountStore _store;
    private readonly PasswordHasher _hasher;
    private readonly TimeProvider _time;
    private readonly ILogger<SetupService> _logger;
    private string? _path;
    private CredentialHash? _code;
    private volatile bool _isDone;

    public SetupService(IAccountStore store, PasswordHasher hasher, TimeProvider time, ILogger<SetupService> logger)
    {
        _store = store;
        _hasher = hasher;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Called once, before the port opens. The line to print; null when nothing is to be set up. The code stays the
    /// same over restarts, so that it is still the one on the screen.
    /// </summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message says what to do.</exception>
    public async Task<string?> EnsureAsync(string directory, CancellationToken cancellationToken)
    {
        _path = Path.Combine(directory, FileName);
        if (!await IsNeededAsync(cancellationToken))
        {
            return null;
        }

        var code = PrivateFile.ReadOrCreate(_path, Secrets.NewPassword);
        if (code.Length < MinCharacters || !CredentialHash.TryOf(Plain(code), out var hash))
        {
            throw new InvalidDataException($"{_path}: expected one line with a code; delete the file for a new one");
        }

        _code = hash;
        return $"nobody is the owner yet: open /setup and enter the code {code}";
    }

    /// <summary>
    /// False once somebody can sign in as an owner. Costs a read of the store until then, and nothing afterwards.
    /// </summary>
    public async ValueTask<bool> IsNeededAsync(CancellationToken cancellationToken)
    {
        if (_isDone)
        {
            return false;
        }

        if (!await _store.HasOwnerAsync(cancellationToken))
        {
            return true;
        }

        Finish();
        return false;
    }

    /// <summary>
    /// Makes the owner. Refused with <c>forbidden</c> for a wrong code, and with <c>not_found</c> once there is an
    /// owner. Of several right calls at once one is done.
    /// </summary>
    public async Task<AccountResult<UserRecord>> CreateOwnerAsync(
        string code, string name, string password, CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync(cancellationToken))
        {
            return new AccountRefusal(ErrorCode.NotFound);
        }

        if (!CredentialHash.TryOf(Plain(code), out var given) || _code is not { } right || !right.Equals(given))
        {
            return new AccountRefusal(
                ErrorCode.Forbidden,
                $"The code is wrong; it stands on the server's console and in {FileName} of its data directory.");
        }

        if (!NameRules.TryNormaliseUser(name, out var nameKey, out var problem))
        {
            return new AccountRefusal(ErrorCode.InvalidName, problem);
        }

        if (PasswordRules.Refusal(password, name) is { } why)
        {
            return new AccountRefusal(ErrorCode.BadField, why);
        }

        if (await _hasher.HashAsync(password, cancellationToken) is not { } hash)
        {
            return AccountRefusal.Busy;
        }

        return await AddAsync(name, nameKey, hash, cancellationToken);
    }

    private async Task<AccountResult<UserRecord>> AddAsync(
        string name, string nameKey, string hash, CancellationToken cancellationToken)
    {
        var added = await _store.CreateFirstOwnerAsync(
            new UserRecord
            {
                Name = name,
                NameKey = nameKey,
                Role = RoomRole.Owner,
                PasswordHash = hash,
                CreatedAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            },
            cancellationToken);
        if (added.User is not { } user)
        {
            return new AccountRefusal(added.IsAllowed ? ErrorCode.NameTaken : ErrorCode.NotFound);
        }

        Finish();
        Log.OwnerSetUp(_logger, user.Id);
        return user;
    }

    private void Finish()
    {
        _isDone = true;
        if (_path is null)
        {
            return;
        }

        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.CodeStays(_logger, _path, exception);
        }
    }

    /// <summary>As it is compared: people type it from a screen.</summary>
    private static string Plain(string code) => code.Trim().ToLowerInvariant();
}
