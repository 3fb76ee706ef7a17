from flask import Flask
def install(app: Flask) -> None:
    from flask_babel import Babel
    Babel(app)
