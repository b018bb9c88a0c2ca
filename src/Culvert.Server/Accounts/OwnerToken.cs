using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>
/// The secret in the data directory that whoever may read the directory can act as the owner with. Immutable.
/// </summary>
internal sealed class OwnerToken
{
    public const string FileName = "admin.token";

    /// <summary>No row has this id; see <see cref="Secrets"/>.</summary>
    public const long CredentialId = 1;

    // Less is a mistake of whoever replaced the file, and guessable.
    private const int MinCharacters = 32;

    private readonly CredentialHash _hash;

    public OwnerToken(string secret)
    {
        _hash = CredentialHash.Of(secret);
        Feature = new CallerFeature(new Caller
        {
            UserId = UserRecord.OwnerId,
            Name = "owner",
            ServerRole = RoomRole.Owner,
            IsUnlimited = true,
            CredentialId = CredentialId,
        });
    }

    /// <summary>Who its bearer is.</summary>
    public CallerFeature Feature { get; }

    /// <summary>Compares hashes in constant time.</summary>
    public bool Is(in CredentialHash hash) => _hash.Equals(hash);

    /// <summary>Reads the file, or makes it where there is none. The directory must exist.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message says what to do.</exception>
    public static OwnerToken Load(string directory)
    {
        var path = Path.Combine(directory, FileName);
        var secret = PrivateFile.ReadOrCreate(path, () => Secrets.New(Secrets.TokenPrefix));
        if (secret.Length is < MinCharacters or > CredentialHash.MaxSecretCharacters
            || secret.Any(c => c is <= ' ' or > '~'))
        {
            throw new InvalidDataException(
                $"{path}: expected one line of {MinCharacters} to {CredentialHash.MaxSecretCharacters} ASCII"
                + " characters; delete the file to have a new one made");
        }

        return new OwnerToken(secret);
    }
}
